package ntlm

import (
	"crypto/rc4"
	"encoding/binary"
	"hash/crc32"
)

// Sealer signs and seals the messages of one direction after a login, in order
// (MS-NLMP 3.4). HTTP never does; SPNEGO's mechListMIC does. Make it with NewSealer;
// it is not safe for concurrent use.
type Sealer struct {
	flags   Flags
	signKey []byte
	handle  *rc4.Cipher
	seq     uint32
}

// NewSealer starts at sequence number 0. flags are those of the
// AUTHENTICATE_MESSAGE, exported is the session key of Client or Session.
func NewSealer(flags Flags, exported Key, fromClient bool) *Sealer {
	return &Sealer{
		flags:   flags,
		signKey: SIGNKEY(flags, exported, fromClient),
		handle:  rc4Handle(SEALKEY(flags, exported, fromClient)),
	}
}

// Seal encrypts a message and gives its signature (MS-NLMP 3.4.3).
func (s *Sealer) Seal(message []byte) (sealed, signature []byte) {
	sealed = make([]byte, len(message))
	s.handle.XORKeyStream(sealed, message)
	return sealed, s.Sign(message)
}

// Sign gives the NTLMSSP_MESSAGE_SIGNATURE of a message (MS-NLMP 3.4.4).
func (s *Sealer) Sign(message []byte) []byte {
	seq := s.seq
	s.seq++
	if s.flags.Has(NegotiateExtendedSessionSecurity) {
		return s.signExtended(message, seq)
	}
	sum := binary.LittleEndian.AppendUint32(make([]byte, 4), crc32.ChecksumIEEE(message))
	sum = binary.LittleEndian.AppendUint32(sum, 0)
	s.handle.XORKeyStream(sum, sum)
	binary.LittleEndian.PutUint32(sum[8:], binary.LittleEndian.Uint32(sum[8:])^seq)
	return append([]byte{1, 0, 0, 0}, sum...)
}

func (s *Sealer) signExtended(message []byte, seq uint32) []byte {
	number := binary.LittleEndian.AppendUint32(nil, seq)
	sum := hmacMD5(s.signKey, number, message)
	checksum := sum[:8]
	if s.flags.Has(NegotiateKeyExch) {
		s.handle.XORKeyStream(checksum, checksum)
	}
	out := append([]byte{1, 0, 0, 0}, checksum...)
	return append(out, number...)
}
