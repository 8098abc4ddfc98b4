package xpress

import (
	"encoding/binary"
	"fmt"
)

// Name is the coding in Accept-Encoding and Content-Encoding, MS-WUSP 2.1.
const Name = "xpress"

const (
	// largest is the size of a block before and after compression, MS-WUSP 2.1.1.
	largest = 65535
	// fitting is how much of data without repetitions still fits: a bit goes with each byte.
	fitting = 58000
	header  = 8
)

// Compress gives a body in blocks.
func Compress(body []byte) []byte {
	var out []byte
	for len(body) > 0 {
		piece := body[:min(largest, len(body))]
		block := CompressPlain(piece)
		if len(block) > largest {
			piece = body[:fitting]
			block = CompressPlain(piece)
		}
		out = binary.LittleEndian.AppendUint32(out, uint32(len(piece)))
		out = binary.LittleEndian.AppendUint32(out, uint32(len(block)))
		out = append(out, block...)
		body = body[len(piece):]
	}
	return out
}

// Decompress gives the body that blocks hold. One of more than most bytes is an error,
// found before it is made.
func Decompress(blocks []byte, most int) ([]byte, error) {
	var out []byte
	for at := 0; at < len(blocks); {
		if len(blocks)-at < header {
			return nil, fmt.Errorf("xpress: at byte %d: the sizes of a block are cut off", at)
		}
		original, compressed := binary.LittleEndian.Uint32(blocks[at:]), binary.LittleEndian.Uint32(blocks[at+4:])
		at += header
		switch {
		case original > largest || compressed > largest:
			return nil, fmt.Errorf("xpress: at byte %d: a block of %d bytes that were %d; more than %d are not allowed", at-header, compressed, original, largest)
		case int(compressed) > len(blocks)-at:
			return nil, fmt.Errorf("xpress: at byte %d: a block of %d bytes, of which there are %d", at-header, compressed, len(blocks)-at)
		case len(out)+int(original) > most:
			return nil, fmt.Errorf("xpress: the body has more than %d bytes", most)
		}
		piece, err := DecompressPlain(blocks[at:at+int(compressed)], int(original))
		if err != nil {
			return nil, err
		}
		out = append(out, piece...)
		at += int(compressed)
	}
	return out, nil
}
