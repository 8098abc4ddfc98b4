package machine

import (
	"fmt"
	"io"
	"strings"
)

// Export writes keys, with all below them, as a .reg file in the layout of
// regedit: lines end in CR LF, keys and values are sorted without regard to
// case, long lists of bytes are broken. Without keys the whole registry is
// written. Reading the file gives the same keys, names, types and bytes.
//
// Version 5.00 goes with UTF16LE, UTF8 or UTF8BOM; REGEDIT4 only with ANSI,
// and text outside code page 1252 is then an error. A missing key is an error.
// Nothing is written when an error is found before writing.
func (r *Registry) Export(w io.Writer, f RegFormat, e Encoding, keys ...string) error {
	e, err := f.encoding(e)
	if err != nil {
		return fmt.Errorf("export registry: %w", err)
	}
	x := regWriter{format: f}
	x.out.WriteString(f.String() + "\r\n")
	if err := r.exportTo(&x, keys); err != nil {
		return fmt.Errorf("export registry: %w", err)
	}
	x.out.WriteString("\r\n")
	data, err := encodeReg(x.out.String(), e)
	if err != nil {
		return fmt.Errorf("export registry: %w", err)
	}
	if _, err = w.Write(data); err != nil {
		return fmt.Errorf("export registry: %w", err)
	}
	return nil
}

func (f RegFormat) encoding(e Encoding) (Encoding, error) {
	switch {
	case e == AutoEncoding && f == RegEdit4:
		return ANSI, nil
	case e == AutoEncoding:
		return UTF16LE, nil
	case (f == RegEdit4) != (e == ANSI):
		return 0, fmt.Errorf("%v does not go with the encoding %v", f, e)
	}
	return e, nil
}

func (r *Registry) exportTo(x *regWriter, keys []string) error {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if len(keys) == 0 {
		return r.exportAll(x)
	}
	for _, key := range keys {
		path, err := parsePath(key)
		if err != nil {
			return err
		}
		k := r.open(path, false)
		if k == nil {
			return fmt.Errorf("key %s does not exist", path)
		}
		if err := x.tree(path.String(), k); err != nil {
			return err
		}
	}
	return nil
}

func (r *Registry) exportAll(x *regWriter) error {
	for _, hive := range storedHives() {
		k := r.root.child(hive, false)
		if len(k.keys) == 0 && len(k.values) == 0 {
			continue
		}
		if err := x.tree(hive, k); err != nil {
			return err
		}
	}
	return nil
}

type regWriter struct {
	format RegFormat
	out    strings.Builder
}

func (x *regWriter) tree(path string, k *regKey) error {
	fmt.Fprintf(&x.out, "\r\n[%s]\r\n", path)
	for _, v := range k.sortedValues() {
		if err := x.value(v); err != nil {
			return fmt.Errorf("%s, value %q: %w", path, v.Name, err)
		}
	}
	for _, sub := range k.sortedKeys() {
		if err := x.tree(path+`\`+sub.name, sub); err != nil {
			return err
		}
	}
	return nil
}

func (x *regWriter) value(v NamedValue) error {
	name := "@"
	if v.Name != "" {
		name = quoteReg(v.Name)
	}
	if text, ok := v.Value.quotable(); ok {
		x.out.WriteString(name + "=" + quoteReg(text) + "\r\n")
		return nil
	}
	if n, err := v.Value.DWORD(); err == nil {
		fmt.Fprintf(&x.out, "%s=dword:%08x\r\n", name, n)
		return nil
	}
	return x.bytes(name, v.Value)
}

// bytes breaks the list so that lines stay below 80 characters, as regedit
// does.
func (x *regWriter) bytes(name string, v Value) error {
	data := v.Bytes()
	if x.format == RegEdit4 && isText(v.typ) {
		var err error
		if data, err = storedToANSI(v.data); err != nil {
			return err
		}
	}
	line := name + "=hex:"
	if v.typ != RegBinary {
		line = fmt.Sprintf("%s=hex(%x):", name, uint32(v.typ))
	}
	for i, c := range data {
		line += fmt.Sprintf("%02x", c)
		if i == len(data)-1 {
			break
		}
		if line += ","; len(line) > 76 {
			x.out.WriteString(line + "\\\r\n")
			line = "  "
		}
	}
	x.out.WriteString(line + "\r\n")
	return nil
}

// quoteReg leaves all but quotes and backslashes as it is.
func quoteReg(s string) string {
	return `"` + strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), `"`, `\"`) + `"`
}
