package cabinet

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
)

// Read takes a cabinet file apart. One whose files come to more than most bytes is an
// error, found before they are unpacked.
func Read(data []byte, most int64) (*Cabinet, error) {
	r := &reader{data: data, most: most}
	c, err := r.header()
	if err != nil {
		return nil, fmt.Errorf("cabinet: %w", err)
	}
	for i := range r.folders {
		if err := r.folder(i); err != nil {
			return nil, fmt.Errorf("cabinet: folder %d: %w", i, err)
		}
	}
	for i, e := range r.entries {
		folder := r.folders[e.folder].whole
		if uint64(e.at)+uint64(e.size) > uint64(len(folder)) {
			return nil, fmt.Errorf("cabinet: file %d, %s: it lies beyond its folder of %d bytes", i, e.file.Name, len(folder))
		}
		e.file.Data = folder[e.at : e.at+e.size : e.at+e.size]
		c.Files = append(c.Files, e.file)
	}
	return c, nil
}

type reader struct {
	data    []byte
	most    int64
	folders []folder
	entries []entry

	folderReserve, blockReserve int
}

type folder struct {
	at, blocks int
	how        Compression
	whole      []byte
}

type entry struct {
	file     File
	folder   int
	at, size uint32
}

// part gives n bytes from a place on.
func (r *reader) part(at, n int, what string) ([]byte, error) {
	if at < 0 || n < 0 || at > len(r.data) || n > len(r.data)-at {
		return nil, fmt.Errorf("%s is cut off at byte %d", what, len(r.data))
	}
	return r.data[at : at+n], nil
}

func u16(b []byte, at int) int    { return int(binary.LittleEndian.Uint16(b[at:])) }
func u32(b []byte, at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }

// header reads CFHEADER and what it leads to, MS-CAB 2.1 to 2.3.
func (r *reader) header() (*Cabinet, error) {
	h, err := r.part(0, headerSize, "the header")
	if err != nil {
		return nil, err
	}
	if string(h[:4]) != "MSCF" {
		return nil, fmt.Errorf("it begins with %q, not with MSCF", h[:4])
	}
	if h[25] != 1 || h[24] != 3 {
		return nil, fmt.Errorf("version %d.%d; 1.3 is known", h[25], h[24])
	}
	folders, files, flags := u16(h, 26), u16(h, 28), u16(h, 30)
	if flags&(flagPrev|flagNext) != 0 {
		return nil, fmt.Errorf("it is one of several that belong together")
	}
	c := &Cabinet{}
	at := headerSize
	if flags&flagReserve != 0 {
		sizes, err := r.part(at, 4, "the sizes of the reserved fields")
		if err != nil {
			return nil, err
		}
		r.folderReserve, r.blockReserve = int(sizes[2]), int(sizes[3])
		if c.Reserve, err = r.part(at+4, u16(sizes, 0), "the reserved field"); err != nil {
			return nil, err
		}
		at += 4 + len(c.Reserve)
	}
	for range folders {
		f, err := r.part(at, folderSize+r.folderReserve, "a folder's entry")
		if err != nil {
			return nil, err
		}
		r.folders = append(r.folders, folder{at: int(u32(f, 0)), blocks: u16(f, 4), how: Compression(u16(f, 6) & 15)})
		at += len(f)
	}
	return c, r.files(int(u32(h, 16)), files)
}

func (r *reader) files(at, count int) error {
	for i := range count {
		b, err := r.part(at, fileSize, "a file's entry")
		if err != nil {
			return err
		}
		at += fileSize
		end := bytes.IndexByte(r.data[at:min(len(r.data), at+257)], 0)
		if end <= 0 {
			return fmt.Errorf("file %d has no name", i)
		}
		e := entry{size: u32(b, 0), at: u32(b, 4), folder: u16(b, 8), file: File{Name: string(r.data[at : at+end]), Modified: fromDOS(uint16(u16(b, 10)), uint16(u16(b, 12)))}}
		if e.folder >= len(r.folders) {
			return fmt.Errorf("file %d, %s, is in folder %d, which is not there", i, e.file.Name, e.folder)
		}
		r.entries = append(r.entries, e)
		at += end + 1
	}
	return nil
}

// folder unpacks a folder's data blocks, MS-CAB 2.4.
func (r *reader) folder(i int) error {
	f := &r.folders[i]
	if f.how != Stored && f.how != MSZIP {
		return fmt.Errorf("%s is not read", f.how)
	}
	at := f.at
	for n := range f.blocks {
		head, err := r.part(at, dataSize+r.blockReserve, "a data block")
		if err != nil {
			return err
		}
		compressed, original := u16(head, 4), u16(head, 6)
		body, err := r.part(at+len(head), compressed, "a data block")
		if err != nil {
			return err
		}
		if original > blockSize || compressed > maxBlock {
			return fmt.Errorf("block %d: %d bytes of %d; more than %d are not allowed", n, compressed, original, blockSize)
		}
		if r.most -= int64(original); r.most < 0 {
			return fmt.Errorf("block %d: it holds more than is allowed", n)
		}
		if sum := u32(head, 0); sum != 0 && sum != blockChecksum(r.data[at+4:at+len(head)], body) {
			return fmt.Errorf("block %d: its checksum is wrong", n)
		}
		piece, err := f.unpack(body, original)
		if err != nil {
			return fmt.Errorf("block %d: %w", n, err)
		}
		f.whole = append(f.whole, piece...)
		at += len(head) + compressed
	}
	return nil
}

func (f *folder) unpack(body []byte, original int) ([]byte, error) {
	if f.how == Stored {
		if len(body) != original {
			return nil, fmt.Errorf("%d bytes that are not compressed should be %d", len(body), original)
		}
		return body, nil
	}
	if !bytes.HasPrefix(body, []byte("CK")) {
		return nil, fmt.Errorf("it does not begin with CK, as MSZIP does")
	}
	before := f.whole[max(0, len(f.whole)-blockSize):]
	out := make([]byte, original)
	inflate := flate.NewReaderDict(bytes.NewReader(body[2:]), before)
	if _, err := io.ReadFull(inflate, out); err != nil {
		return nil, fmt.Errorf("MSZIP: %w", err)
	}
	if n, err := inflate.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		return nil, fmt.Errorf("MSZIP: it holds more than %d bytes, or its end is missing", original)
	}
	return out, nil
}
