package wsus

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// driver is an entry of the driver table, MS-WUSP 3.1.1.
type driver struct {
	hardwareID             string
	date, version          string
	class                  string
	manufacturer, provider string
}

// driversOf reads the driver table of a revision.
func driversOf(r *revision) (list []driver) {
	for _, m := range r.update.Metadata {
		if m.Name != "d.WindowsDriverMetaData" && m.Name != "WindowsDriverMetaData" {
			continue
		}
		get := func(name string) string { value, _ := m.Get(name); return value }
		list = append(list, driver{hardwareID: get("HardwareID"), date: get("DriverVerDate"), version: get("DriverVerVersion"),
			class: get("Class"), manufacturer: get("Manufacturer"), provider: get("Provider")})
	}
	return list
}

// match is how well a driver fits a device: by the place of its hardware ID among the
// device's, then by its date, then by its version. Feature scores and hardware IDs of
// whole computers are of Windows 10 and not modelled.
type match struct {
	place   int // the smaller the better; none when beyond all
	date    string
	version uint64
}

const noPlace = math.MaxInt

// better says whether m is the better match, MS-WUSP 3.1.5.7.
func (m match) better(n match) bool {
	return cmp.Or(cmp.Compare(n.place, m.place), strings.Compare(m.date, n.date), cmp.Compare(m.version, n.version)) > 0
}

func placeOf(id string, device wusp.Device) int {
	ids := slices.Concat(device.HardwareIDs, device.CompatibleIDs)
	i := slices.IndexFunc(ids, func(one string) bool { return strings.EqualFold(one, id) })
	if i < 0 {
		return noPlace
	}
	return i
}

func (d driver) match(device wusp.Device) match {
	return match{placeOf(d.hardwareID, device), day(d.date), packed(d.version)}
}

// day is the date of a driver without a time.
func day(s string) string {
	date, _, _ := strings.Cut(s, "T")
	return date
}

// packed makes a number of a version of four parts.
func packed(s string) (n uint64) {
	for _, part := range strings.Split(s, ".") {
		v, err := strconv.ParseUint(part, 10, 16)
		if err != nil {
			return 0
		}
		n = n<<16 | v
	}
	return n
}

func anyDriver(scope map[wusp.GUID]*deployed) bool {
	for _, d := range scope {
		if d.update.Type == metadata.Driver {
			return true
		}
	}
	return false
}

// drivers gives for each device the best driver that is better than the one it has.
func (s *Server) drivers(scope map[wusp.GUID]*deployed, p *wusp.SyncUpdateParameters) (list []needed) {
	installed := s.installed(p.InstalledNonLeafUpdateIDs)
	var candidates []*deployed
	for _, d := range scope {
		if d.update.Type == metadata.Driver && met(d.update.Prerequisites, installed) {
			candidates = append(candidates, d)
		}
	}
	slices.SortFunc(candidates, func(a, b *deployed) int { return cmp.Compare(a.revision.id, b.revision.id) })
	best := map[*deployed][]string{}
	for _, device := range p.SystemSpec {
		if d, id := bestDriver(candidates, device); d != nil {
			best[d] = append(best[d], id)
		}
	}
	for d, ids := range best {
		list = append(list, needed{deployed: d, hardware: ids})
	}
	return list
}

func bestDriver(candidates []*deployed, device wusp.Device) (found *deployed, id string) {
	top := match{place: noPlace}
	has := device.InstalledDriver
	if has != nil {
		top = match{placeOf(has.MatchingID, device), day(has.DriverVerDate.String()), uint64(has.DriverVerVersion)}
	}
	for _, d := range candidates {
		for _, one := range driversOf(d.revision) {
			m := one.match(device)
			printer := has != nil && has.Class == "Printer" && (one.provider != has.Provider || one.manufacturer != has.Manufacturer)
			if m.place != noPlace && !printer && m.better(top) {
				found, id, top = d, one.hardwareID, m
			}
		}
	}
	return found, id
}

// syncPrinterCatalog: MS-WUSP 3.1.5.12, all deployed drivers of the class Printer.
func (s *Server) syncPrinterCatalog(m *wusp.SyncPrinterCatalog) (any, error) {
	st, err := s.check(m.Cookie)
	if err == nil {
		err = s.checkClient(st)
	}
	if err != nil {
		return nil, err
	}
	client, _ := parseVersion(st.Version)
	installed := s.installed(m.InstalledNonLeafUpdateIDs)
	var list []needed
	for _, d := range s.scope(st.Groups) {
		printer := slices.ContainsFunc(driversOf(d.revision), func(one driver) bool { return one.class == "Printer" })
		if d.update.Type == metadata.Driver && printer && met(d.update.Prerequisites, installed) {
			list = append(list, needed{deployed: d})
		}
	}
	return wusp.SyncPrinterCatalogResponse{Result: s.answer(st, client, list, m.PrinterUpdateIDs)}, nil
}
