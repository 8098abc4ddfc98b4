package negotiate

import (
	"bytes"
	"encoding/asn1"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Tags of RFC 4178 4.2 and of the frame of RFC 2743 3.1.
var (
	tagGSS  = cbasn1.Tag(0x60)
	tagInit = contextTag(0)
	tagResp = contextTag(1)
)

const tagGeneralString = cbasn1.GeneralString

func contextTag(n uint8) cbasn1.Tag { return cbasn1.Tag(n).ContextSpecific().Constructed() }

// NegTokenInit is the client's first token (RFC 4178 4.2.1) or, with Hints, the
// NegTokenInit2 of a server that speaks first (MS-SPNG 2.2.1). The zero value lists
// no mechanism.
type NegTokenInit struct {
	MechTypes   []Mech    // best first; MechToken is for the first
	ReqFlags    *byte     // the first byte of reqFlags; nil when absent, as it should be
	MechToken   []byte    // nil when absent
	MechListMIC []byte    // nil when absent
	Hints       *NegHints // makes it a NegTokenInit2

	mechList []byte // mechTypes as received, which MICs cover
}

// NegHints are the words of a server that speaks first. HintName is
// "not_defined_in_RFC4178@please_ignore" from Windows since Vista (MS-SPNG 2.2.1).
type NegHints struct {
	HintName    string
	HintAddress []byte
}

// MechList gives the encoded list of mechanisms that mechListMIC covers: as received
// when the token was parsed, else as Marshal writes it.
func (n *NegTokenInit) MechList() ([]byte, error) {
	if n.mechList != nil {
		return n.mechList, nil
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { addMechs(b, n.MechTypes) })
	return written(&b, "the list of mechanisms")
}

// Marshal writes the token in the frame of RFC 2743 3.1. An identifier that is none
// is an error.
func (n *NegTokenInit) Marshal() ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(tagGSS, func(b *cryptobyte.Builder) {
		addMechs(b, []Mech{MechSPNEGO})
		b.AddASN1(tagInit, func(b *cryptobyte.Builder) { b.AddASN1(cbasn1.SEQUENCE, n.addFields) })
	})
	return written(&b, "NegTokenInit")
}

func (n *NegTokenInit) addFields(b *cryptobyte.Builder) {
	if len(n.MechTypes) > 0 {
		b.AddASN1(contextTag(0), func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { addMechs(b, n.MechTypes) })
		})
	}
	if n.ReqFlags != nil {
		b.AddASN1(contextTag(1), func(b *cryptobyte.Builder) { b.AddASN1BitString([]byte{*n.ReqFlags}) })
	}
	addOctets(b, 2, n.MechToken)
	if n.Hints == nil {
		addOctets(b, 3, n.MechListMIC)
		return
	}
	b.AddASN1(contextTag(3), func(b *cryptobyte.Builder) { b.AddASN1(cbasn1.SEQUENCE, n.Hints.addFields) })
	addOctets(b, 4, n.MechListMIC)
}

func (h *NegHints) addFields(b *cryptobyte.Builder) {
	if h.HintName != "" {
		b.AddASN1(contextTag(0), func(b *cryptobyte.Builder) {
			b.AddASN1(tagGeneralString, func(b *cryptobyte.Builder) { b.AddBytes([]byte(h.HintName)) })
		})
	}
	addOctets(b, 1, h.HintAddress)
}

func addMechs(b *cryptobyte.Builder, mechs []Mech) {
	for _, m := range mechs {
		oid, err := m.oid()
		if err != nil {
			b.SetError(err)
			return
		}
		b.AddASN1ObjectIdentifier(oid)
	}
}

func addOctets(b *cryptobyte.Builder, tag uint8, octets []byte) {
	if octets != nil {
		b.AddASN1(contextTag(tag), func(b *cryptobyte.Builder) { b.AddASN1OctetString(octets) })
	}
}

func written(b *cryptobyte.Builder, what string) ([]byte, error) {
	out, err := b.Bytes()
	if err != nil {
		return nil, fmt.Errorf("negotiate: writing %s: %w", what, err)
	}
	return out, nil
}

// parseInitChoice reads the token below the frame. What follows it is ignored, as
// Windows pads (Assumed: no document allows or forbids it).
func parseInitChoice(s cryptobyte.String) (Token, error) {
	var choice, fields cryptobyte.String
	if !s.ReadASN1(&choice, tagInit) || !choice.ReadASN1(&fields, cbasn1.SEQUENCE) {
		return Token{}, malformed("it is no NegTokenInit")
	}
	n := &NegTokenInit{}
	if err := n.readFields(fields); err != nil {
		return Token{}, err
	}
	if n.Hints != nil {
		return Token{Kind: KindInit2, Init: n}, nil
	}
	return Token{Kind: KindInit, Init: n}, nil
}

func (n *NegTokenInit) readFields(s cryptobyte.String) error {
	var field cryptobyte.String
	var present bool
	if !s.ReadOptionalASN1(&field, &present, contextTag(0)) {
		return malformed("mechTypes can't be read")
	}
	if present {
		if err := n.readMechs(field); err != nil {
			return err
		}
	}
	if !s.ReadOptionalASN1(&field, &present, contextTag(1)) {
		return malformed("reqFlags can't be read")
	}
	if present {
		if err := n.readFlags(field); err != nil {
			return err
		}
	}
	var err error
	if n.MechToken, err = readOctets(&s, 2, "mechToken"); err != nil {
		return err
	}
	return n.readTail(s)
}

func (n *NegTokenInit) readMechs(s cryptobyte.String) error {
	n.mechList = bytes.Clone(s)
	var list cryptobyte.String
	if !s.ReadASN1(&list, cbasn1.SEQUENCE) || !s.Empty() {
		return malformed("mechTypes is no list")
	}
	for !list.Empty() {
		if len(n.MechTypes) == maxMechs {
			return malformed("mechTypes has more than %d entries", maxMechs)
		}
		m, err := readMech(&list, "mechTypes")
		if err != nil {
			return err
		}
		n.MechTypes = append(n.MechTypes, m)
	}
	return nil
}

func (n *NegTokenInit) readFlags(s cryptobyte.String) error {
	var bits asn1.BitString
	if !s.ReadASN1BitString(&bits) {
		return malformed("reqFlags is no bit string")
	}
	var flags byte
	if len(bits.Bytes) > 0 {
		flags = bits.Bytes[0]
	}
	n.ReqFlags = &flags
	return nil
}

// readTail tells NegTokenInit from NegTokenInit2: in the first, [3] is mechListMIC,
// in the other negHints.
func (n *NegTokenInit) readTail(s cryptobyte.String) error {
	var field, hints cryptobyte.String
	var present bool
	if !s.ReadOptionalASN1(&field, &present, contextTag(3)) {
		return malformed("mechListMIC can't be read")
	}
	var err error
	switch {
	case present && field.PeekASN1Tag(cbasn1.SEQUENCE):
		if !field.ReadASN1(&hints, cbasn1.SEQUENCE) {
			return malformed("negHints can't be read")
		}
		n.Hints = &NegHints{}
		if err = n.Hints.readFields(hints); err != nil {
			return err
		}
		n.MechListMIC, err = readOctets(&s, 4, "mechListMIC")
	case present:
		n.MechListMIC, err = octets(field, "mechListMIC")
	}
	if err != nil {
		return err
	}
	if !s.Empty() {
		return malformed("NegTokenInit has %d bytes too many", len(s))
	}
	return nil
}

func (h *NegHints) readFields(s cryptobyte.String) error {
	var field, name cryptobyte.String
	var present bool
	if !s.ReadOptionalASN1(&field, &present, contextTag(0)) || present && !field.ReadASN1(&name, tagGeneralString) {
		return malformed("hintName can't be read")
	}
	h.HintName = string(name)
	var err error
	h.HintAddress, err = readOctets(&s, 1, "hintAddress")
	return err
}

func readMech(s *cryptobyte.String, where string) (Mech, error) {
	var oid asn1.ObjectIdentifier
	if !s.ReadASN1ObjectIdentifier(&oid) {
		return "", malformed("%s is no object identifier", where)
	}
	return Mech(oid.String()), nil
}

// readOctets reads an optional octet string; nil when absent, empty but not nil when
// it has no bytes.
func readOctets(s *cryptobyte.String, tag uint8, name string) ([]byte, error) {
	var field cryptobyte.String
	var present bool
	if !s.ReadOptionalASN1(&field, &present, contextTag(tag)) {
		return nil, malformed("%s can't be read", name)
	}
	if !present {
		return nil, nil
	}
	return octets(field, name)
}

func octets(field cryptobyte.String, name string) ([]byte, error) {
	var value cryptobyte.String
	if !field.ReadASN1(&value, cbasn1.OCTET_STRING) || !field.Empty() {
		return nil, malformed("%s is no octet string", name)
	}
	return append([]byte{}, value...), nil
}
