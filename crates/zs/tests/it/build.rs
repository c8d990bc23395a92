//! Files made byte by byte, right or wrong, by code that shares nothing with the crate.

/// How [`Builder`] packs: all it knows are stored blocks and chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    None,
    Deflate,
    Lzma2,
}

pub(crate) const PACKINGS: [Packing; 3] = [Packing::None, Packing::Deflate, Packing::Lzma2];

impl Packing {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Deflate => "deflate",
            Self::Lzma2 => "lzma2;dsize=2^20",
        }
    }

    /// Packs a payload of 65,535 bytes at most.
    pub(crate) fn pack(self, payload: &[u8]) -> Vec<u8> {
        let length = u16::try_from(payload.len()).unwrap();
        match self {
            Self::None => payload.to_vec(),
            Self::Deflate => {
                let [low, high] = length.to_le_bytes();
                [&[1, low, high, !low, !high], payload].concat()
            }
            Self::Lzma2 if payload.is_empty() => vec![0],
            Self::Lzma2 => {
                let [high, low] = (length - 1).to_be_bytes();
                [&[1, high, low], payload, &[0]].concat()
            }
        }
    }
}

pub(crate) fn crc(bytes: &[u8]) -> u64 {
    let mut crc = u64::MAX;
    for &byte in bytes {
        crc ^= u64::from(byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xc96c_5795_d787_0f42 * (crc & 1));
        }
    }
    !crc
}

pub(crate) fn uleb(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (value % 128) as u8;
        value /= 128;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// The records, each behind its length.
pub(crate) fn data_payload<T: AsRef<[u8]>>(records: &[T]) -> Vec<u8> {
    let mut payload = Vec::new();
    for record in records {
        payload.extend(uleb(record.as_ref().len() as u64));
        payload.extend_from_slice(record.as_ref());
    }
    payload
}

/// A block of a file: a key for it, and where it is.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) key: Vec<u8>,
    pub(crate) offset: u64,
    pub(crate) length: u64,
}

impl Reference {
    pub(crate) fn with_key(&self, key: &str) -> Self {
        Self {
            key: key.into(),
            ..self.clone()
        }
    }
}

pub(crate) fn index_payload(references: &[Reference]) -> Vec<u8> {
    let mut payload = Vec::new();
    for reference in references {
        payload.extend(uleb(reference.key.len() as u64));
        payload.extend_from_slice(&reference.key);
        payload.extend(uleb(reference.offset));
        payload.extend(uleb(reference.length));
    }
    payload
}

/// The bytes of a whole block.
pub(crate) fn block(level: u8, packed: &[u8]) -> Vec<u8> {
    let body = [&[level], packed].concat();
    let length = uleb(body.len() as u64);
    [&length[..], &body, &crc(&body).to_le_bytes()].concat()
}

/// The fields of a header, any of which may be wrong.
#[derive(Clone, Debug)]
pub(crate) struct HeaderFields {
    pub(crate) magic: [u8; 8],
    pub(crate) root_offset: u64,
    pub(crate) root_length: u64,
    pub(crate) total_length: u64,
    pub(crate) sha256: [u8; 32],
    pub(crate) codec: Vec<u8>,
    pub(crate) metadata: Vec<u8>,
    pub(crate) extension: Vec<u8>,
}

impl HeaderFields {
    pub(crate) fn new(codec: &str, metadata: &str) -> Self {
        Self {
            magic: *b"\xabZSfiLe\x01",
            root_offset: 0,
            root_length: 0,
            total_length: 0,
            sha256: [7; 32],
            codec: codec.into(),
            metadata: metadata.into(),
            extension: Vec::new(),
        }
    }

    pub(crate) fn length(&self) -> u64 {
        (104 + self.metadata.len() + self.extension.len()) as u64
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        body.extend(self.root_offset.to_le_bytes());
        body.extend(self.root_length.to_le_bytes());
        body.extend(self.total_length.to_le_bytes());
        body.extend(self.sha256);
        let mut codec = self.codec.clone();
        codec.resize(16, 0);
        body.extend(codec);
        body.extend((self.metadata.len() as u64).to_le_bytes());
        body.extend_from_slice(&self.metadata);
        body.extend_from_slice(&self.extension);
        let mut bytes = self.magic.to_vec();
        bytes.extend((body.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&body);
        bytes.extend(crc(&body).to_le_bytes());
        bytes
    }
}

/// A file in the making: blocks go one behind the other, and the header is known at the end.
#[derive(Clone, Debug)]
pub(crate) struct Builder {
    pub(crate) packing: Packing,
    pub(crate) header: HeaderFields,
    pub(crate) blocks: Vec<u8>,
}

impl Builder {
    pub(crate) fn new(packing: Packing) -> Self {
        Self {
            packing,
            header: HeaderFields::new(packing.name(), "{}"),
            blocks: Vec::new(),
        }
    }

    /// Appends any bytes as if they were a block.
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> Reference {
        let offset = self.header.length() + self.blocks.len() as u64;
        self.blocks.extend_from_slice(bytes);
        Reference {
            key: Vec::new(),
            offset,
            length: bytes.len() as u64,
        }
    }

    /// Appends a block of any level with any payload.
    pub(crate) fn block(&mut self, level: u8, payload: &[u8]) -> Reference {
        self.raw(&block(level, &self.packing.pack(payload)))
    }

    /// Appends a data block, whose key is its first record.
    pub(crate) fn data<T: AsRef<[u8]>>(&mut self, records: &[T]) -> Reference {
        Reference {
            key: records[0].as_ref().to_vec(),
            ..self.block(0, &data_payload(records))
        }
    }

    /// Appends an index block, whose key is the first of its own.
    pub(crate) fn index(&mut self, level: u8, references: &[Reference]) -> Reference {
        Reference {
            key: references[0].key.clone(),
            ..self.block(level, &index_payload(references))
        }
    }

    /// Puts the header before the blocks, with `change` made to its fields.
    pub(crate) fn finish_with(
        mut self,
        root: &Reference,
        change: impl FnOnce(&mut HeaderFields),
    ) -> Vec<u8> {
        self.header.root_offset = root.offset;
        self.header.root_length = root.length;
        self.header.total_length = self.header.length() + self.blocks.len() as u64;
        change(&mut self.header);
        [self.header.bytes(), self.blocks].concat()
    }

    pub(crate) fn finish(self, root: &Reference) -> Vec<u8> {
        self.finish_with(root, |_| ())
    }
}

/// A whole file: data blocks of `block_len` records, then index blocks of `branching` entries, level by level.
pub(crate) fn tree<T: AsRef<[u8]>>(
    packing: Packing,
    records: &[T],
    block_len: usize,
    branching: usize,
) -> Vec<u8> {
    let mut builder = Builder::new(packing);
    let mut references: Vec<_> = records
        .chunks(block_len)
        .map(|records| builder.data(records))
        .collect();
    let mut level = 0;
    while level == 0 || references.len() > 1 {
        level += 1;
        references = references
            .chunks(branching)
            .map(|references| builder.index(level, references))
            .collect();
    }
    builder.finish(&references[0])
}
