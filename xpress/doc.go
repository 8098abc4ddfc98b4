// Package xpress is the content coding "xpress" in which update servers send the answers
// of their web services to agents that ask for it. [Compress] and [Decompress] are a
// whole body: blocks of at most 65535 bytes, each with its two sizes before it.
// [CompressPlain] and [DecompressPlain] are one block without them.
//
// What is read may be hostile: sizes are checked before anything is made of them, and
// nothing outside the block is read or written.
//
// Modelled documents: MS-WUSP 2.1.1 with product note 8 (the blocks), 2.1.1.1.1 and
// 2.1.1.1.2 (LZ77 and DIRECT2); MS-XCA 2.3, 2.4 and 3.1 (the same under the name of Plain
// LZ77).
package xpress
