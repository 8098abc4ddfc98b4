package machine

import "encoding/binary"

// Where proxycfg.exe, and netsh winhttp after it, keep the proxy of programs that use
// WinHTTP and ask for no other.
//
// Source: KB 900935, and public write-ups of the value, whose layout is that of the
// settings of Internet Explorer. Assumed: its version number.
const (
	winHTTPKey      = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\Connections`
	winHTTPSettings = "WinHttpSettings"
	winHTTPVersion  = 0x18
)

// SetWinHTTPProxy sets the proxy that proxycfg -p sets, "proxy:8080", with its bypass
// list; an empty server is a direct connection, as proxycfg -d.
func (m *Machine) SetWinHTTPProxy(server, bypass string) error {
	flags := uint32(flagDirect)
	if server != "" {
		flags |= flagProxy
	}
	blob := binary.LittleEndian.AppendUint32(nil, winHTTPVersion)
	blob = binary.LittleEndian.AppendUint32(blob, 0)
	blob = binary.LittleEndian.AppendUint32(blob, flags)
	for _, text := range []string{server, bypass} {
		blob = binary.LittleEndian.AppendUint32(blob, uint32(len(text)))
		blob = append(blob, text...)
	}
	return m.registry.Set(winHTTPKey, winHTTPSettings, Binary(blob))
}

// WinHTTPProxy gives what SetWinHTTPProxy set, or a .reg file brought; both are empty for
// a direct connection, and for a value of another form.
func (m *Machine) WinHTTPProxy() (server, bypass string) {
	v, ok := m.registry.Get(winHTTPKey, winHTTPSettings)
	if !ok || v.Type() != RegBinary || len(v.Bytes()) < flagsAt+4 || binary.LittleEndian.Uint32(v.Bytes()[flagsAt:])&flagProxy == 0 {
		return "", ""
	}
	rest := v.Bytes()[flagsAt+4:]
	for _, text := range []*string{&server, &bypass} {
		if len(rest) < 4 {
			return "", ""
		}
		n := binary.LittleEndian.Uint32(rest)
		if rest = rest[4:]; uint64(n) > uint64(len(rest)) {
			return "", ""
		}
		*text, rest = string(rest[:n]), rest[n:]
	}
	return server, bypass
}
