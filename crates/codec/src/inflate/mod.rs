//! A DEFLATE decoder (RFC 1951) that stops and goes on anywhere.
