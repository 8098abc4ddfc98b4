package bits

import (
	"fmt"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/hresult"
)

// PropertyID is BITS_JOB_PROPERTY_ID, with its numbers.
type PropertyID int

// The properties of a job (BITS documentation: BITS_JOB_PROPERTY_ID).
const (
	PropertyCostFlags            PropertyID = 1
	PropertyNotificationCLSID    PropertyID = 2
	PropertyDynamicContent       PropertyID = 3
	PropertyHighPerformance      PropertyID = 4
	PropertyMaxDownloadSize      PropertyID = 5
	PropertyUseStoredCredentials PropertyID = 7
	PropertyMinimumNotification  PropertyID = 9
	PropertyOnDemandMode         PropertyID = 10
)

// PropertyValue is BITS_JOB_PROPERTY_VALUE: of its fields the one counts that
// the property uses.
type PropertyValue struct {
	Dword  uint32
	CLSID  string
	Enable bool
	Uint64 uint64
}

// properties are the values that a job has.
type properties struct {
	Cost        uint32 `json:",omitempty"`
	CLSID       string `json:",omitempty"`
	Dynamic     bool   `json:",omitempty"`
	Performance bool   `json:",omitempty"`
	MaxSize     uint64 `json:",omitempty"`
	Stored      uint32 `json:",omitempty"` // BG_AUTH_TARGET
	Interval    uint32 `json:",omitempty"` // milliseconds
	OnDemand    bool   `json:",omitempty"`
}

const (
	defaultInterval = 500 // milliseconds
	targetProxy     = 2   // BG_AUTH_TARGET_PROXY
)

// propertyRow says when a property may be set and where its value is.
type propertyRow struct {
	id           PropertyID
	name         string
	since        machine.BITSVersion
	downloads    bool // for download jobs only
	beforeFiles  bool
	beforeResume bool
	value        func(*properties, *PropertyValue, bool) // set or get
	wire         string                                  // what it changes in the model
}

// propertyTable. Source: BITS documentation, BITS_JOB_PROPERTY_ID. Assumed: On
// Demand Mode and the notification interval came with Windows 10.
func propertyTable() []propertyRow {
	const kept = "kept, without effect"
	return []propertyRow{
		{id: PropertyCostFlags, name: "COST_FLAGS", since: version50, wire: kept, value: func(p *properties, v *PropertyValue, set bool) { move(&p.Cost, &v.Dword, set) }},
		{id: PropertyNotificationCLSID, name: "NOTIFICATION_CLSID", since: version50, wire: kept, value: func(p *properties, v *PropertyValue, set bool) { move(&p.CLSID, &v.CLSID, set) }},
		{id: PropertyDynamicContent, name: "DYNAMIC_CONTENT", since: version50, downloads: true, beforeResume: true, wire: "a foreground job asks without HEAD and Range and needs no Content-Length; interrupted, it begins anew",
			value: func(p *properties, v *PropertyValue, set bool) { move(&p.Dynamic, &v.Enable, set) }},
		{id: PropertyHighPerformance, name: "HIGH_PERFORMANCE", since: version50, downloads: true, beforeFiles: true, wire: "progress is not made durable",
			value: func(p *properties, v *PropertyValue, set bool) { move(&p.Performance, &v.Enable, set) }},
		{id: PropertyMaxDownloadSize, name: "MAX_DOWNLOAD_SIZE", since: version50, downloads: true, beforeResume: true, wire: "a job with dynamic content ends with BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED",
			value: func(p *properties, v *PropertyValue, set bool) { move(&p.MaxSize, &v.Uint64, set) }},
		{id: PropertyUseStoredCredentials, name: "USE_STORED_CREDENTIALS", since: version50, wire: kept, value: func(p *properties, v *PropertyValue, set bool) { move(&p.Stored, &v.Dword, set) }},
		{id: PropertyMinimumNotification, name: "MINIMUM_NOTIFICATION_INTERVAL_MS", since: version101, wire: kept, value: func(p *properties, v *PropertyValue, set bool) { move(&p.Interval, &v.Dword, set) }},
		{id: PropertyOnDemandMode, name: "ON_DEMAND_MODE", since: version101, downloads: true, wire: kept, value: func(p *properties, v *PropertyValue, set bool) { move(&p.OnDemand, &v.Enable, set) }},
	}
}

func move[T any](kept, given *T, set bool) {
	if set {
		*kept = *given
	} else {
		*given = *kept
	}
}

func (j *Job) property(id PropertyID) (*propertyRow, error) {
	for _, row := range propertyTable() {
		if row.id == id && j.m.version().Compare(row.since) >= 0 {
			return &row, nil
		}
	}
	return nil, called(hresult.BG_E_UNKNOWN_PROPERTY_ID, "BITS %v has no job property %d", j.m.version(), id)
}

// SetProperty is IBackgroundCopyJob5::SetProperty. Besides what all calls give:
// BG_E_UNKNOWN_PROPERTY_ID, BG_E_PROPERTY_SUPPORTED_FOR_DOWNLOAD_JOBS_ONLY,
// BG_E_READ_ONLY_PROPERTY_AFTER_ADDFILE, BG_E_READ_ONLY_PROPERTY_AFTER_RESUME,
// BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD. Only some properties change what
// the model does; see propertyTable.
func (j *Job) SetProperty(id PropertyID, v PropertyValue) error {
	return j.do(callSetProperty, func() error {
		row, err := j.property(id)
		if err != nil {
			return err
		}
		if code := j.readOnly(row, v); code != hresult.S_OK {
			return called(code, "SetProperty: BITS_JOB_PROPERTY_%s", row.name)
		}
		row.value(&j.opts.Properties, &v, true)
		return nil
	})
}

// readOnly gives the code of a property that can't be set now, or so.
func (j *Job) readOnly(row *propertyRow, v PropertyValue) hresult.HRESULT {
	ranges := false
	for _, f := range j.files {
		ranges = ranges || f.ranges != nil
	}
	switch {
	case row.downloads && j.kind != Download:
		return hresult.BG_E_PROPERTY_SUPPORTED_FOR_DOWNLOAD_JOBS_ONLY
	case row.beforeFiles && len(j.files) > 0:
		return hresult.BG_E_READ_ONLY_PROPERTY_AFTER_ADDFILE
	case row.beforeResume && j.opts.Resumed:
		return hresult.BG_E_READ_ONLY_PROPERTY_AFTER_RESUME
	case (row.id == PropertyDynamicContent || row.id == PropertyOnDemandMode) && v.Enable && j.opts.Method != "":
		return hresult.BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD
	case row.id == PropertyDynamicContent && v.Enable && (ranges || j.opts.Properties.OnDemand),
		row.id == PropertyOnDemandMode && v.Enable && j.opts.Properties.Dynamic,
		row.id == PropertyUseStoredCredentials && v.Dword != targetProxy:
		return hresult.E_INVALIDARG
	}
	return hresult.S_OK
}

// Property is IBackgroundCopyJob5::GetProperty.
func (j *Job) Property(id PropertyID) (PropertyValue, error) {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	var v PropertyValue
	if j.m.version().Compare(callSetProperty.Since) < 0 {
		return v, called(hresult.E_NOINTERFACE, "GetProperty: BITS %v has no %s", j.m.version(), callSetProperty.Interface)
	}
	row, err := j.property(id)
	if err != nil {
		return v, err
	}
	row.value(&j.opts.Properties, &v, false)
	if id == PropertyMinimumNotification && v.Dword == 0 {
		v.Dword = defaultInterval
	}
	return v, nil
}

// PeerCachingFlags are the flags of SetPeerCachingFlags.
type PeerCachingFlags uint32

// The flags (BITS documentation: IBackgroundCopyJob4::SetPeerCachingFlags).
// They are kept; the model has no peers.
const (
	EnablePeerCachingClient PeerCachingFlags = 0x1
	EnablePeerCachingServer PeerCachingFlags = 0x2
)

// SetPeerCachingFlags says whether the job takes files from peers and gives
// files to them. E_NOTIMPL for other flags (assumed).
func (j *Job) SetPeerCachingFlags(f PeerCachingFlags) error {
	return j.do(callSetPeerCaching, func() error {
		if f&^(EnablePeerCachingClient|EnablePeerCachingServer) != 0 {
			return called(hresult.E_NOTIMPL, "SetPeerCachingFlags: unknown flags %#x", uint32(f))
		}
		j.opts.PeerCaching = f
		return nil
	})
}

// PeerCachingFlags returns what SetPeerCachingFlags set.
func (j *Job) PeerCachingFlags() PeerCachingFlags {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	return j.opts.PeerCaching
}

// String gives BITS_JOB_PROPERTY_ and the property's name.
func (id PropertyID) String() string {
	for _, row := range propertyTable() {
		if row.id == id {
			return "BITS_JOB_PROPERTY_" + row.name
		}
	}
	return fmt.Sprintf("property %d", int(id))
}
