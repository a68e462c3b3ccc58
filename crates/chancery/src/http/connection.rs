//! One connection: its stream, when it last made progress, and how it is told to end.
//!
//! Instead of a timer for each request there is one caretaker for each thread that looks at all its connections once a
//! second. Progress is an answer begun or bytes taken by the client; bytes that a client sends are none, so that
//! trickling a request keeps nothing open.

use bytes::Bytes;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use std::{
    cell::{Cell, RefCell},
    io::{self, IoSlice},
    pin::Pin,
    rc::{Rc, Weak},
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};
use tokio::net::TcpStream;

/// What the caretaker knows of a connection.
pub(super) struct Ticket {
    progress: Cell<Instant>,
    order: Cell<Order>,
    waker: RefCell<Option<Waker>>,
}

/// What a connection is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Order {
    /// Go on.
    Serve,
    /// Answer what was asked, then end.
    Finish,
    /// End now.
    Drop,
}

impl Ticket {
    /// Notes progress.
    pub(super) fn advance(&self, now: Instant) {
        self.progress.set(now);
    }

    /// What is to be done; the task is woken when that changes.
    pub(super) fn order(&self, cx: &Context<'_>) -> Order {
        let mut waker = self.waker.borrow_mut();
        if !waker.as_ref().is_some_and(|known| known.will_wake(cx.waker())) {
            *waker = Some(cx.waker().clone());
        }
        self.order.get()
    }

    /// True if nothing more is to be taken on.
    pub(super) fn is_over(&self) -> bool {
        self.order.get() != Order::Serve
    }

    fn give(&self, order: Order) {
        self.order.set(order);
        if let Some(waker) = &*self.waker.borrow() {
            waker.wake_by_ref();
        }
    }
}

/// The connections of one thread.
#[derive(Default)]
pub(super) struct Connections(RefCell<Vec<Weak<Ticket>>>);

impl Connections {
    /// A ticket for a new connection.
    pub(super) fn admit(&self) -> Rc<Ticket> {
        let ticket = Rc::new(Ticket {
            progress: Cell::new(Instant::now()),
            order: Cell::new(Order::Serve),
            waker: RefCell::default(),
        });
        self.0.borrow_mut().push(Rc::downgrade(&ticket));
        ticket
    }

    /// Drops those that made no progress for so long, and forgets those that are gone.
    pub(super) fn inspect(&self, now: Instant, patience: Duration) {
        self.0.borrow_mut().retain(|ticket| {
            let Some(ticket) = ticket.upgrade() else { return false };
            if now.saturating_duration_since(ticket.progress.get()) > patience {
                ticket.give(Order::Drop);
            }
            true
        });
    }

    /// Tells all to end after what they are doing. True if there are any.
    pub(super) fn finish(&self) -> bool {
        let tickets = self.0.borrow();
        let open: Vec<_> = tickets.iter().filter_map(Weak::upgrade).collect();
        open.iter()
            .filter(|ticket| ticket.order.get() == Order::Serve)
            .for_each(|ticket| ticket.give(Order::Finish));
        !open.is_empty()
    }
}

/// A TCP stream that notes when the client takes something.
pub(super) struct Stream {
    io: TokioIo<TcpStream>,
    ticket: Rc<Ticket>,
    /// What was read from it already, and is to be read again.
    before: Bytes,
}

impl Stream {
    pub(super) fn new(tcp: TcpStream, ticket: Rc<Ticket>, before: Bytes) -> Self {
        Self {
            io: TokioIo::new(tcp),
            ticket,
            before,
        }
    }

    fn noted(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if matches!(written, Poll::Ready(Ok(1..))) {
            self.ticket.advance(Instant::now());
        }
        written
    }
}

impl Read for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, mut buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        if !self.before.is_empty() {
            let length = self.before.len().min(buf.remaining());
            buf.put_slice(&self.before.split_to(length));
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl Write for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, buf);
        self.noted(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, bufs);
        self.noted(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_without_progress_is_dropped_and_one_with_is_not() {
        let connections = Connections::default();
        let (idle, busy) = (connections.admit(), connections.admit());
        let patience = Duration::from_secs(30);
        let later = Instant::now() + patience + Duration::from_secs(1);
        busy.advance(later);
        connections.inspect(later, patience);
        assert_eq!((idle.order.get(), busy.order.get()), (Order::Drop, Order::Serve));
        assert!(connections.finish());
        assert_eq!((idle.order.get(), busy.order.get()), (Order::Drop, Order::Finish));
        drop((idle, busy));
        assert!(!connections.finish());
    }
}
