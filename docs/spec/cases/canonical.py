"""Bytes that are canonical JSON, and bytes that are not (section 2)."""

import canon
import merkle

ACCEPTED = {
    "one string": '{"a":"x"}',
    "a key of one letter and hyphens": '{"a-":1,"a-b":2,"aa":3,"b":4}',
    "all kinds of value": '{"a":[1,"x",true,{"b":2}],"c":{"d":[[0]]},"e":"y","f":true}',
    "zero": '{"a":0}',
    "the largest integer": '{"a":9007199254740991}',
    "a string of several scripts": '{"a":"Harbour Council, مجلس الموانئ, 海港理事会, Hội đồng"}',
    "a character outside the basic plane": '{"a":"\U0001f6a2"}',
    "a line feed and a tab, escaped": '{"a":"one\\n\\ttwo"}',
    "a quotation mark and a backslash, escaped": '{"a":"\\"\\\\"}',
    "a solidus and characters special to HTML, unescaped": '{"a":"</b>&\'"}',
    "line and paragraph separators, unescaped": '{"a":"\u2028\u2029"}',
    "composed letters": '{"a":"\u00e9\u1ebf"}',
    "a letter with a mark that has no composed form": '{"a":"q\u0301"}',
    "a no-break space and a zero-width joiner": '{"a":"\u00a0\u200d"}',
    "a string of one space": '{"a":" "}',
    "the word null in a string": '{"a":"null"}',
    "nesting of 64": '{"a":' + "[" * 63 + "1" + "]" * 63 + "}",
}
REFUSED = {
    "nothing": "",
    "an array outside": '["a"]',
    "a string outside": '"a"',
    "a fraction": '{"a":1.5}',
    "a fraction that is whole": '{"a":1.0}',
    "an exponent": '{"a":1e2}',
    "a negative integer": '{"a":-1}',
    "negative zero": '{"a":-0}',
    "a leading zero": '{"a":01}',
    "a plus sign": '{"a":+1}',
    "an integer of 2^53": '{"a":9007199254740992}',
    "an integer of 2^64": '{"a":18446744073709551616}',
    "an integer of forty digits": '{"a":' + "1" * 40 + "}",
    "null": '{"a":null}',
    "false": '{"a":false}',
    "an empty string": '{"a":""}',
    "an empty string in an array": '{"a":["x",""]}',
    "an empty array": '{"a":[]}',
    "an empty object": '{"a":{}}',
    "an empty object outside": "{}",
    "an empty object in an array": '{"a":[{}]}',
    "a duplicate key": '{"a":1,"a":2}',
    "a duplicate key with equal values": '{"a":1,"a":1}',
    "keys out of order": '{"b":1,"a":2}',
    "keys out of order inside": '{"a":{"c":1,"b":2}}',
    "a key with capitals": '{"A":1}',
    "a key with a capital inside": '{"zh-Hans":"x"}',
    "a key with a digit": '{"a1":1}',
    "a key with an underscore": '{"a_b":1}',
    "a key that begins with a hyphen": '{"-a":1}',
    "an empty key": '{"":1}',
    "a key outside ASCII": '{"é":1}',
    "an escaped key": '{"\\u0061":1}',
    "a space after a colon": '{"a": 1}',
    "a space after a comma": '{"a":1, "b":2}',
    "a space before": ' {"a":1}',
    "a newline after": '{"a":1}\n',
    "a second object": '{"a":1}{"a":1}',
    "a trailing comma": '{"a":1,}',
    "a trailing comma in an array": '{"a":[1,]}',
    "a comment": '{"a":1/* */}',
    "single quotes": "{'a':1}",
    "a needless escape": '{"a":"\\u0041"}',
    "an escaped solidus": '{"a":"\\/"}',
    "a line feed as a hexadecimal escape": '{"a":"\\u000a"}',
    "a carriage return": '{"a":"\\r"}',
    "a backspace": '{"a":"\\b"}',
    "a form feed": '{"a":"\\f"}',
    "an escaped control character": '{"a":"\\u0001"}',
    "an escaped character outside ASCII": '{"a":"\\u00e9"}',
    "an escaped surrogate pair": '{"a":"\\ud83d\\udea2"}',
    "an escaped lone surrogate": '{"a":"\\ud83d"}',
    "an unescaped line feed": '{"a":"x\ny"}',
    "an unescaped tab": '{"a":"x\ty"}',
    "an unescaped null character": '{"a":"\x00"}',
    "the delete character": '{"a":"\x7f"}',
    "a control character of the second set": '{"a":"\x85"}',
    "decomposed letters": '{"a":"e\u0301"}',
    "marks in another order": '{"a":"q\u0307\u0323"}',
    "a compatibility ideograph with a canonical form": '{"a":"\uf900"}',
    "the Kelvin sign, which is K in Form C": '{"a":"\u212a"}',
    "a noncharacter": '{"a":"\uffff"}',
    "a noncharacter of the block of Arabic forms": '{"a":"\ufdd0"}',
    "an unfinished string": '{"a":"x',
    "an unfinished object": '{"a":1',
    "an unfinished escape": '{"a":"\\',
    "capital TRUE": '{"a":TRUE}',
    "NaN": '{"a":NaN}',
    "nesting of 65": '{"a":' + "[" * 64 + "1" + "]" * 64 + "}",
    "nesting of twenty thousand": '{"a":' + "[" * 20000,
}
RAW = {
    "a byte order mark": b'\xef\xbb\xbf{"a":1}',
    "a byte that is not UTF-8": b'{"a":"\xff"}',
    "an overlong form": b'{"a":"\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"a":"\xed\xa0\xbd"}',
    "a truncated character": b'{"a":"\xe6\xb5"}',
    "Latin-1": b'{"a":"\xe9"}',
    "UTF-16": '{"a":1}'.encode("utf-16-le"),
}


def is_canonical(data):
    try:
        return canon.write(canon.read(data)).encode() == data
    except canon.Refused:
        return False


def cases():
    good = [(name, text.encode(), True) for name, text in ACCEPTED.items()]
    bad = [(name, text.encode(), False) for name, text in REFUSED.items()]
    for name, data, accept in good + bad + [(name, data, False) for name, data in RAW.items()]:
        assert is_canonical(data) == accept, name
        yield {"accept": accept, "base64": merkle.b64(data), "name": name}
