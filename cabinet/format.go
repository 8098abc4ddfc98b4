package cabinet

import (
	"encoding/binary"
	"fmt"
	"time"
)

// File is a file in a cabinet.
type File struct {
	Name     string // with \ between folders, as MS-CAB writes it
	Data     []byte
	Modified time.Time // to two seconds, without a zone; zero: 1980-01-01
}

// Cabinet is what a cabinet file holds.
type Cabinet struct {
	Files   []File
	Reserve []byte // of the header, at most 60000 bytes; nil for none
}

// Compression says how a folder is kept, the low bits of typeCompress in MS-CAB 2.2.
type Compression uint16

// The ways; a folder with one of the last two is not read.
const (
	Stored  Compression = 0
	MSZIP   Compression = 1
	Quantum Compression = 2
	LZX     Compression = 3
)

// String gives the name, as MS-CAB has it.
func (c Compression) String() string {
	switch c {
	case Stored:
		return "no compression"
	case MSZIP:
		return "MSZIP"
	case Quantum:
		return "Quantum"
	case LZX:
		return "LZX"
	}
	return fmt.Sprintf("compression %d", uint16(c))
}

// Sizes and flags of MS-CAB 2.1 to 2.4.
const (
	headerSize  = 36
	folderSize  = 8
	fileSize    = 16
	dataSize    = 8
	blockSize   = 32768 // of a data block before it is compressed
	maxBlock    = blockSize + 6144
	maxReserve  = 60000
	flagPrev    = 1
	flagNext    = 2
	flagReserve = 4
	nameIsUTF8  = 0x80
)

// checksum is CSUMCompute of MS-CAB 3.1.
func checksum(data []byte, seed uint32) uint32 {
	for len(data) >= 4 {
		seed ^= binary.LittleEndian.Uint32(data)
		data = data[4:]
	}
	var rest uint32
	for _, b := range data {
		rest = rest<<8 | uint32(b)
	}
	return seed ^ rest
}

// blockChecksum is that of a CFDATA: of what it holds and of its two sizes.
func blockChecksum(sizes, data []byte) uint32 { return checksum(sizes, checksum(data, 0)) }

func dosTime(t time.Time) (date, clock uint16) {
	if t.Year() < 1980 || t.Year() > 2107 {
		return 1<<5 | 1, 0
	}
	return uint16(t.Year()-1980)<<9 | uint16(t.Month())<<5 | uint16(t.Day()),
		uint16(t.Hour())<<11 | uint16(t.Minute())<<5 | uint16(t.Second()/2)
}

func fromDOS(date, clock uint16) time.Time {
	return time.Date(1980+int(date>>9), time.Month(date>>5&15), int(date&31), int(clock>>11), int(clock>>5&63), int(clock&31)*2, 0, time.UTC)
}
