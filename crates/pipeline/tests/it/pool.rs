use blockyard_pipeline::{BufferPool, Error, run};

use crate::support::threads;

#[test]
fn a_dropped_buffer_comes_back_empty_with_its_memory() {
    let pool = BufferPool::new(2);
    let mut buffer = pool.get();
    buffer.extend_from_slice(&[7; 1000]);
    let (address, capacity) = (buffer.as_ptr(), buffer.capacity());
    drop(buffer);
    let buffer = pool.clone().get();
    assert!(buffer.is_empty());
    assert_eq!((buffer.as_ptr(), buffer.capacity()), (address, capacity));
}

#[test]
fn a_filled_buffer_comes_back_with_what_it_held() {
    let pool = BufferPool::new(1);
    pool.get().extend_from_slice(b"bytes");
    assert_eq!(pool.get_filled(3).as_ref(), b"bytes");
    assert_eq!(pool.get_filled(8).as_ref(), b"bytes\0\0\0");
    assert!(pool.get().is_empty());
}

#[test]
fn the_pool_keeps_no_more_than_its_limit_and_nothing_without_memory() {
    for limit in [0, 1, 3] {
        let pool = BufferPool::new(limit);
        let mut buffers: Vec<_> = (0..5).map(|_| pool.get()).collect();
        for buffer in &mut buffers {
            buffer.push(1);
        }
        drop(buffers);
        assert_eq!(pool.idle(), limit);
    }
    let pool = BufferPool::new(3);
    drop(pool.get());
    assert_eq!(pool.idle(), 0);
}

#[test]
fn a_vector_taken_out_does_not_come_back() {
    let pool = BufferPool::new(1);
    let mut buffer = pool.get();
    buffer.extend_from_slice(b"bytes");
    assert_eq!(buffer.as_ref(), b"bytes");
    assert_eq!(buffer.into_vec(), b"bytes");
    assert_eq!(pool.idle(), 0);
}

#[test]
fn a_run_needs_no_more_buffers_than_it_has_slots() {
    let options = threads(3);
    let slots = options.slot_count().get();
    let pool = BufferPool::new(usize::MAX);
    let source = (0..1000_u32).map(|number| {
        let mut buffer = pool.get();
        buffer.extend_from_slice(&number.to_le_bytes());
        Ok::<_, Error>(buffer)
    });
    run(&options, source, || Ok, |_| Ok(())).unwrap();
    assert!((1..=slots).contains(&pool.idle()), "{}", pool.idle());
}
