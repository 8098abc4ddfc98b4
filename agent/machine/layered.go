package machine

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// WinsockCatalogKey holds the transport providers of Winsock, one key each.
const WinsockCatalogKey = `HKLM\SYSTEM\CurrentControlSet\Services\WinSock2\Parameters\Protocol_Catalog9\Catalog_Entries`

// packedItem is the value of a catalog entry: the path of the provider's DLL in
// MAX_PATH bytes and its WSAPROTOCOL_INFO.
const packedItem = "PackedCatalogItem"

// LayeredProvider is a layered service provider (LSP) in the Winsock catalog,
// as third-party firewalls put it between programs and TCP/IP.
//
// Source: Winsock SPI documentation, "Layered Service Providers"; KB 842309.
type LayeredProvider struct {
	Name string
	// HindersStart and HindersStop say what a service that does not expect such
	// providers can't do beside this one. No document says which, or how.
	HindersStart, HindersStop bool
}

// Hinders tells whether the provider hinders services to "start" or "stop".
func (p LayeredProvider) Hinders(what string) bool {
	return p.HindersStart && what == "start" || p.HindersStop && what == "stop"
}

// AddLayeredProvider installs a layered service provider: it gets an entry in
// the Winsock catalog.
func (m *Machine) AddLayeredProvider(p LayeredProvider) error {
	if p.Name == "" || len(p.Name) > 200 {
		return fmt.Errorf("layered service provider %q: want a name of 1 to 200 characters", p.Name)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	n := len(m.registry.Keys(WinsockCatalogKey)) + 1
	if err := m.registry.Set(fmt.Sprintf(`%s\%012d`, WinsockCatalogKey, n), packedItem, Binary(packProvider(p.Name, uint32(n)))); err != nil {
		return fmt.Errorf("layered service provider %q: %w", p.Name, err)
	}
	m.layered = append(m.layered, p)
	return nil
}

// LayeredProviders lists the layered service providers that are installed and
// in the Winsock catalog still.
func (m *Machine) LayeredProviders() []LayeredProvider {
	m.mu.Lock()
	defer m.mu.Unlock()
	var names []string
	for _, key := range m.registry.Keys(WinsockCatalogKey) {
		if v, ok := m.registry.Get(WinsockCatalogKey+`\`+key, packedItem); ok {
			names = append(names, layeredName(v.Bytes()))
		}
	}
	return slices.DeleteFunc(slices.Clone(m.layered), func(p LayeredProvider) bool { return !slices.Contains(names, p.Name) })
}

// Places in a PackedCatalogItem: the path, then WSAPROTOCOL_INFOW.
const (
	itemPath     = 260                     // bytes of the path
	itemID       = itemPath + 4*4 + 4 + 16 // dwCatalogEntryId, after the flags and the GUID
	itemChain    = itemID + 4              // ProtocolChain.ChainLen
	itemProtocol = itemChain + 4 + 7*4 + 9*4 + 4 + 4
	itemSize     = itemProtocol + 2*256
)

func packProvider(name string, id uint32) []byte {
	item := make([]byte, itemSize)
	copy(item, `%SystemRoot%\system32\`+strings.ToLower(strings.ReplaceAll(name, " ", ""))+".dll")
	binary.LittleEndian.PutUint32(item[itemID:], id)
	binary.LittleEndian.PutUint32(item[itemChain:], 0) // LAYERED_PROTOCOL
	for i, unit := range utf16.Encode([]rune(name)) {
		binary.LittleEndian.PutUint16(item[itemProtocol+2*i:], unit)
	}
	return item
}

// layeredName gives the name of a layered entry, empty for other entries.
func layeredName(item []byte) string {
	if len(item) != itemSize || binary.LittleEndian.Uint32(item[itemChain:]) == 1 { // BASE_PROTOCOL
		return ""
	}
	var units []uint16
	for i := itemProtocol; i < itemSize; i += 2 {
		unit := binary.LittleEndian.Uint16(item[i:])
		if unit == 0 {
			break
		}
		units = append(units, unit)
	}
	return string(utf16.Decode(units))
}
