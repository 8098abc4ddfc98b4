package machine

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
)

// SessionManagerKey holds what the session manager does when the PC starts.
const SessionManagerKey = `HKLM\SYSTEM\CurrentControlSet\Control\Session Manager`

// PendingRenames is the value with the files to move when the PC starts: pairs of a
// file and its new name, which is empty for a file to delete and begins with "!" where
// it may replace another file. The names begin with \??\.
//
// Source: Windows documentation, MoveFileEx, MOVEFILE_DELAY_UNTIL_REBOOT.
const PendingRenames = "PendingFileRenameOperations"

// ReplaceAtBoot lets the next start of the PC put a file at a path, as installers do
// with a file that is in use. Until then it lies beside that path under another name.
func (m *Machine) ReplaceAtBoot(path string, info FileInfo) error {
	pending := m.pendingRenames()
	target := m.files.full(path)
	source := fmt.Sprintf("%s\\SET%d.tmp", target[:strings.LastIndexByte(target, '\\')], len(pending)/2+1)
	m.files.SetInfo(source, info)
	return m.setPendingRenames(append(pending, `\??\`+source, `!\??\`+target))
}

// DeleteAtBoot lets the next start of the PC delete a file.
func (m *Machine) DeleteAtBoot(path string) error {
	return m.setPendingRenames(append(m.pendingRenames(), `\??\`+m.files.full(path), ""))
}

// PendingAtBoot reports whether files wait for the next start of the PC.
func (m *Machine) PendingAtBoot() bool { return len(m.pendingRenames()) > 0 }

// Boot does what the session manager does when the PC starts: it moves and deletes the
// files that wait for that. A file to move that is not there is passed over.
func (m *Machine) Boot() error {
	pending := m.pendingRenames()
	for i := 0; i+1 < len(pending); i += 2 {
		source := strings.TrimPrefix(pending[i], `\??\`)
		target := strings.TrimPrefix(strings.TrimPrefix(pending[i+1], "!"), `\??\`)
		info, ok := m.files.Info(source)
		if !ok {
			continue
		}
		m.files.Remove(source)
		if target != "" {
			m.files.SetInfo(target, info)
		}
	}
	return m.registry.DeleteValue(SessionManagerKey, PendingRenames)
}

func (m *Machine) pendingRenames() []string {
	v, ok := m.registry.Get(SessionManagerKey, PendingRenames)
	if !ok || v.Type() != RegMultiSZ {
		return nil
	}
	b := v.Bytes()
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	list := strings.Split(string(utf16.Decode(units)), "\x00")
	return list[:(len(list)-1)/2*2] // without the zero that ends the list
}

// setPendingRenames writes the list as it stands, with its empty strings, which a
// REG_MULTI_SZ of other values can't have.
func (m *Machine) setPendingRenames(list []string) error {
	var b []byte
	for _, unit := range utf16.Encode([]rune(strings.Join(list, "\x00") + "\x00\x00")) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return m.registry.Set(SessionManagerKey, PendingRenames, RawValue(RegMultiSZ, b))
}

// full gives a path with the Windows folder written out.
func (f *Files) full(path string) string {
	path = strings.ReplaceAll(path, "/", `\`)
	if !strings.Contains(path, `\`) {
		path = `%windir%\System32\` + path
	}
	for _, variable := range []string{"%windir%", "%SystemRoot%"} {
		if len(path) >= len(variable) && strings.EqualFold(path[:len(variable)], variable) {
			return f.windir + path[len(variable):]
		}
	}
	return path
}
