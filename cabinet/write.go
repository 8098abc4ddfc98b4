package cabinet

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Write gives a cabinet file with all files in one folder, which is stored: every reader
// of cabinets takes that. An error says what MS-CAB cannot hold.
func Write(c Cabinet) ([]byte, error) {
	if len(c.Reserve) > maxReserve || len(c.Files) > 65535 {
		return nil, fmt.Errorf("cabinet: %d bytes of reserve and %d files; at most %d and 65535 fit", len(c.Reserve), len(c.Files), maxReserve)
	}
	var entries, whole bytes.Buffer
	for _, f := range c.Files {
		if err := writeEntry(&entries, f, whole.Len()); err != nil {
			return nil, err
		}
		whole.Write(f.Data)
	}
	if whole.Len() > 0x7FFF8000 {
		return nil, fmt.Errorf("cabinet: %d bytes do not fit into a folder", whole.Len())
	}
	blocks, count := pack(whole.Bytes())
	return assemble(c.Reserve, entries.Bytes(), len(c.Files), blocks, count), nil
}

func writeEntry(w *bytes.Buffer, f File, at int) error {
	if f.Name == "" || len(f.Name) > 256 || bytes.IndexByte([]byte(f.Name), 0) >= 0 {
		return fmt.Errorf("cabinet: the file name %q; want 1 to 256 bytes without a zero byte", f.Name)
	}
	attributes := uint16(0x20)
	for _, c := range f.Name {
		if c > 0x7F {
			attributes |= nameIsUTF8
		}
	}
	date, clock := dosTime(f.Modified)
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(f.Data)))
	b = binary.LittleEndian.AppendUint32(b, uint32(at))
	for _, n := range []uint16{0, date, clock, attributes} {
		b = binary.LittleEndian.AppendUint16(b, n)
	}
	w.Write(append(append(b, f.Name...), 0))
	return nil
}

// pack gives the folder's CFDATA entries.
func pack(whole []byte) (blocks []byte, count int) {
	for at := 0; at < len(whole); at += blockSize {
		piece := whole[at:min(at+blockSize, len(whole))]
		size := uint16(len(piece))
		sizes := binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, size), size)
		blocks = binary.LittleEndian.AppendUint32(blocks, blockChecksum(sizes, piece))
		blocks = append(append(blocks, sizes...), piece...)
		count++
	}
	return blocks, count
}

func assemble(reserve, entries []byte, files int, blocks []byte, count int) []byte {
	head := headerSize
	flags := uint16(0)
	if reserve != nil {
		head += 4 + len(reserve)
		flags = flagReserve
	}
	first := head + folderSize
	data := first + len(entries)
	b := []byte("MSCF")
	for _, n := range []int{0, data + len(blocks), 0, first, 0} {
		b = binary.LittleEndian.AppendUint32(b, uint32(n))
	}
	b = append(b, 3, 1)
	for _, n := range []uint16{1, uint16(files), flags, 0, 0} {
		b = binary.LittleEndian.AppendUint16(b, n)
	}
	if reserve != nil {
		b = append(binary.LittleEndian.AppendUint16(b, uint16(len(reserve))), 0, 0)
		b = append(b, reserve...)
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(data))
	b = binary.LittleEndian.AppendUint16(b, uint16(count))
	b = binary.LittleEndian.AppendUint16(b, uint16(Stored))
	return append(append(b, entries...), blocks...)
}
