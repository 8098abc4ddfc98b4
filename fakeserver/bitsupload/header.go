package bitsupload

import (
	"net/http"
	"strings"
)

// Verb is the method of every request of the protocol (MC-BUP 2.2.1).
const Verb = "BITS_POST"

// Header fields of requests and Acks (MC-BUP 2.2.1.2). HeaderErrorCode is the name
// that the BITS documentation gives to what MC-BUP calls HeaderError.
const (
	HeaderPacketType      = "BITS-Packet-Type"
	HeaderSessionID       = "BITS-Session-Id"
	HeaderSupported       = "BITS-Supported-Protocols"
	HeaderProtocol        = "BITS-Protocol"
	HeaderReceived        = "BITS-Received-Content-Range"
	HeaderReplyURL        = "BITS-Reply-URL"
	HeaderHostID          = "BITS-Host-Id"
	HeaderFallbackTimeout = "BITS-Host-Id-Fallback-Timeout"
	HeaderError           = "BITS-Error"
	HeaderErrorCode       = "BITS-Error-Code"
	HeaderErrorContext    = "BITS-Error-Context"
	HeaderContentName     = "Content-Name"
)

// Header fields between the server and its application (BITS documentation:
// Notification Protocol for Server Applications; MC-BUP 2.2.12 and 2.2.13).
const (
	HeaderOriginalURL       = "BITS-Original-Request-URL"
	HeaderRequestFile       = "BITS-Request-DataFile-Name"
	HeaderResponseFile      = "BITS-Response-DataFile-Name"
	HeaderStaticResponseURL = "BITS-Static-Response-URL"
	HeaderCopyToDestination = "BITS-Copy-File-To-Destination"
)

// Header fields of HTTP that the protocol uses.
const (
	headerContentRange    = "Content-Range"
	headerContentLength   = "Content-Length"
	headerContentEncoding = "Content-Encoding"
	headerAcceptEncoding  = "Accept-Encoding"
	identity              = "identity"
)

// Spellings that a document has in one place and not in the others: MC-BUP 2.2.1
// and the page Ack for Create-Session. They are read and never written.
const (
	aliasPacketType = "BITS-Package-Type"
	aliasSupported  = "BITS-Supported-Protocol"
)

// Protocol15 is the BITS 1.5 Upload Protocol, the only one there is (BITS
// documentation: Create-Session).
const Protocol15 = "{7df0354d-249b-430f-820d-3d2a9bef4931}"

// Limits of the protocol, in bytes or entries.
const (
	MaxHeaderValue = 4096 // MC-BUP 2.2.1
	MaxContentName = 260  // MC-BUP 2.2.1.1
	MaxProtocols   = 100  // that IIS reads of BITS-Supported-Protocols (MC-BUP 2.2.2)
	MaxSessionID   = 100  // BITS documentation: Ack for Create-Session
	MaxURL         = 2200 // of a reply or notification (BITS IIS Extension Properties)
	MaxHostID      = 300  // BITS IIS Extension Properties
	MaxUploadSize  = 1844674407370955
)

// PacketType says what a request asks for. Types are compared without case: MC-BUP
// spells them in capitals, clients write them as these constants do.
type PacketType string

// The types of packets (MC-BUP 2.2.1.2).
const (
	CreateSession PacketType = "Create-Session"
	Ping          PacketType = "Ping"
	Fragment      PacketType = "Fragment"
	CloseSession  PacketType = "Close-Session"
	CancelSession PacketType = "Cancel-Session"
	AckPacket     PacketType = "Ack" // answers only
)

// PacketTypes returns the types that a request can have.
func PacketTypes() []PacketType {
	return []PacketType{CreateSession, Ping, Fragment, CloseSession, CancelSession}
}

// PacketOf gives the packet that a request with this method and BITS-Packet-Type
// is, if it is one.
func PacketOf(method, packetType string) (PacketType, bool) {
	if method != Verb {
		return "", false
	}
	return requestType(packetType)
}

func requestType(value string) (PacketType, bool) {
	for _, t := range PacketTypes() {
		if strings.EqualFold(string(t), strings.TrimSpace(value)) {
			return t, true
		}
	}
	return "", false
}

// field gives the first value of the first name that is present, whether h was read
// by net/http, which changes the spelling of names, or written by this package.
func field(h http.Header, names ...string) string {
	for _, name := range names {
		for _, key := range []string{http.CanonicalHeaderKey(name), name} {
			if values := h[key]; len(values) > 0 {
				return values[0]
			}
		}
	}
	return ""
}

// put sets a field in the spelling of the documents.
func put(h http.Header, name, value string) {
	h.Del(name)
	h[name] = []string{value}
}
