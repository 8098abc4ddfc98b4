package machine

import (
	"encoding/binary"
	"net"
	"strings"
)

// ConnectionsKey is below the hive of each user, beside the values of
// InternetSettingsKey.
const ConnectionsKey = InternetSettingsKey + `\Connections`

// connectionSettings is the value of ConnectionsKey for the local network.
const connectionSettings = "DefaultConnectionSettings"

// Flags in connectionSettings, with the numbers of INTERNET_PER_CONN_FLAGS (WinINet
// documentation, INTERNET_PER_CONN_OPTION).
const (
	flagDirect     = 1
	flagProxy      = 2
	flagAutoURL    = 4
	flagAutoDetect = 8
)

// Layout of the value, as public write-ups of it agree: version, counter and flags, four
// bytes each, then the texts with their lengths. No document of its maker describes it.
const (
	settingsVersion = 0x46
	flagsAt         = 8
)

// autoDetect reads "Automatically detect settings" from the binary value; anything else
// than the known layout is off.
func (r *Registry) autoDetect(user string) bool {
	v, ok := r.Get(`HKU\`+user+`\`+ConnectionsKey, connectionSettings)
	if !ok || v.Type() != RegBinary || len(v.Bytes()) < flagsAt+4 {
		return false
	}
	return binary.LittleEndian.Uint32(v.Bytes()[flagsAt:])&flagAutoDetect != 0
}

// connectionSettingsOf gives the binary value for these settings.
func connectionSettingsOf(s ProxySettings) Value {
	flags := uint32(flagDirect)
	for flag, set := range map[uint32]bool{flagProxy: s.Enable, flagAutoURL: s.AutoConfigURL != "", flagAutoDetect: s.AutoDetect} {
		if set {
			flags |= flag
		}
	}
	blob := binary.LittleEndian.AppendUint32(nil, settingsVersion)
	blob = binary.LittleEndian.AppendUint32(blob, 1)
	blob = binary.LittleEndian.AppendUint32(blob, flags)
	for _, text := range []string{s.Server, s.Override, s.AutoConfigURL} {
		blob = binary.LittleEndian.AppendUint32(blob, uint32(len(text)))
		blob = append(blob, text...)
	}
	return Binary(append(blob, make([]byte, 32)...))
}

// Network is what the PC knows of the network that it is on. The zero value is one that
// tells nothing.
type Network struct {
	Address   string // the PC's own IPv4 address; empty is 127.0.0.1
	Suffix    string // the PC's primary DNS suffix, "branch.lab.example"
	DHCPProxy string // URL of DHCP option 252
}

// SetNetwork replaces what the PC knows of its network.
func (m *Machine) SetNetwork(n Network) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.network = n
}

// Network gives what the PC knows of its network.
func (m *Machine) Network() Network {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.network
}

// OwnAddress gives the PC's own IPv4 address.
func (m *Machine) OwnAddress() string {
	if address := m.Network().Address; address != "" {
		return address
	}
	return "127.0.0.1"
}

// Wpad looks for the URL of a proxy configuration script on the network: DHCP option 252,
// else http://NAME/wpad.dat for the first name that exists of wpad in the PC's DNS suffix
// and in its parents. The names that were looked up are given, too. Nothing is fetched;
// a URL from DHCP counts even if nothing is there.
//
// Source: WinHttpDetectAutoProxyConfigUrl (DHCP before DNS); Microsoft's support teams on
// Internet Explorer (DHCP ends the search; the order of names). Assumed: the last parent
// has two parts, as Security Advisory 971888 has it of DNS devolution; NetBIOS is not asked.
func (m *Machine) Wpad() (url string, asked []string) {
	n := m.Network()
	if n.DHCPProxy != "" {
		return n.DHCPProxy, nil
	}
	for suffix := strings.Trim(n.Suffix, "."); strings.Contains(suffix, "."); _, suffix, _ = strings.Cut(suffix, ".") {
		name := "wpad." + suffix
		asked = append(asked, name)
		if _, ok := m.hosts.Resolve(name, 80); ok {
			return "http://" + name + "/wpad.dat", asked
		}
	}
	return "", asked
}

// AddressOf gives the IPv4 address that a host name has in the PC's world, which is
// another than where [Machine.Resolve] leads; false for a name that does not exist.
// Assumed: 127.0.0.1 for names of which none was said.
func (m *Machine) AddressOf(host string) (address string, ok bool) {
	if ip := net.ParseIP(host); ip != nil {
		return host, ip.To4() != nil
	}
	return m.hosts.address(host)
}

// SetAddress says which IPv4 address a host name has in the PC's world; see
// [Machine.AddressOf].
func (m *Machine) SetAddress(host, address string) { m.hosts.setAddress(host, address) }
