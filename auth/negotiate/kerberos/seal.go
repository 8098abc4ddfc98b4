package kerberos

import (
	"fmt"
	"io"

	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/crypto/common"
	"github.com/jcmturner/gokrb5/v8/crypto/etype"
	"github.com/jcmturner/gokrb5/v8/crypto/rfc4757"
	"github.com/jcmturner/gokrb5/v8/iana/etypeID"
	"github.com/jcmturner/gokrb5/v8/types"
)

// EType is an encryption type (RFC 3961 8).
type EType int32

// The encryption types that Windows knows and this package makes with a given random
// source: RC4 since Windows 2000, AES since Vista. Others are read, and written with
// the machine's random source.
const (
	AES128  EType = EType(etypeID.AES128_CTS_HMAC_SHA1_96)
	AES256  EType = EType(etypeID.AES256_CTS_HMAC_SHA1_96)
	RC4HMAC EType = EType(etypeID.RC4_HMAC)
)

var etypeNames = map[EType]string{
	1: "des-cbc-crc", 3: "des-cbc-md5", 16: "des3-cbc-sha1-kd",
	AES128: "aes128-cts-hmac-sha1-96", AES256: "aes256-cts-hmac-sha1-96",
	19: "aes128-cts-hmac-sha256-128", 20: "aes256-cts-hmac-sha384-192",
	RC4HMAC: "rc4-hmac", 24: "rc4-hmac-exp",
}

// String gives the name of RFC 3961's registry, or the number.
func (e EType) String() string {
	if name, ok := etypeNames[e]; ok {
		return name
	}
	return fmt.Sprintf("etype %d", int32(e))
}

// Key usages of RFC 4120 7.5.1.
const (
	usageTicket        = 2
	usageAuthenticator = 11
	usageAPRep         = 12
)

// NewKey makes a random key of the type. A failing random source and a type that is
// not known are errors.
func NewKey(t EType, rand io.Reader) (types.EncryptionKey, error) {
	et, err := crypto.GetEtype(int32(t))
	if err != nil {
		return types.EncryptionKey{}, fmt.Errorf("kerberos: making a key: %w", err)
	}
	value, err := read(rand, keySize(et))
	if err != nil {
		return types.EncryptionKey{}, fmt.Errorf("kerberos: making a key: %w", err)
	}
	return types.EncryptionKey{KeyType: int32(t), KeyValue: value}, nil
}

// keySize is in bytes. For aes256-cts-hmac-sha384-192 gokrb5 gives the size of the
// keys that are derived for checksums (RFC 8009 5).
func keySize(et etype.EType) int {
	if et.GetETypeID() == etypeID.AES256_CTS_HMAC_SHA384_192 {
		return 32
	}
	return et.GetKeyByteSize()
}

// seal encrypts as gokrb5 does, with the confounder taken from rand where the
// encryption type allows it.
func seal(key types.EncryptionKey, usage uint32, plain []byte, rand io.Reader) (types.EncryptedData, error) {
	et, err := crypto.GetEtype(key.KeyType)
	if err != nil {
		return types.EncryptedData{}, fmt.Errorf("kerberos: encrypting: %w", err)
	}
	var sealed []byte
	switch EType(key.KeyType) {
	case AES128, AES256:
		sealed, err = sealAES(et, key.KeyValue, usage, plain, rand)
	case RC4HMAC:
		sealed, err = sealRC4(et, key.KeyValue, usage, plain, rand)
	default:
		_, sealed, err = et.EncryptMessage(key.KeyValue, plain, usage)
	}
	if err != nil {
		return types.EncryptedData{}, fmt.Errorf("kerberos: encrypting: %w", err)
	}
	return types.EncryptedData{EType: key.KeyType, Cipher: sealed}, nil
}

// sealAES is RFC 3961 5.3 with RFC 3962.
func sealAES(et etype.EType, key []byte, usage uint32, plain []byte, rand io.Reader) ([]byte, error) {
	text, err := confounded(et, plain, rand)
	if err != nil {
		return nil, err
	}
	ke, err := et.DeriveKey(key, common.GetUsageKe(usage))
	if err != nil {
		return nil, err
	}
	_, sealed, err := et.EncryptData(ke, text)
	if err != nil {
		return nil, err
	}
	sum, err := common.GetIntegrityHash(text, key, usage, et)
	return append(sealed, sum...), err
}

// sealRC4 is RFC 4757 3.
func sealRC4(et etype.EType, key []byte, usage uint32, plain []byte, rand io.Reader) ([]byte, error) {
	text, err := confounded(et, plain, rand)
	if err != nil {
		return nil, err
	}
	k2 := rfc4757.HMAC(key, rfc4757.UsageToMSMsgType(usage))
	sum := rfc4757.HMAC(k2, text)
	sealed, err := rfc4757.EncryptData(rfc4757.HMAC(k2, sum), text, et)
	return append(sum, sealed...), err
}

func confounded(et etype.EType, plain []byte, rand io.Reader) ([]byte, error) {
	c, err := read(rand, et.GetConfounderByteSize())
	return append(c, plain...), err
}

func read(rand io.Reader, n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(rand, b); err != nil {
		return nil, fmt.Errorf("reading %d random bytes: %w", n, err)
	}
	return b, nil
}

// unseal decrypts and checks. It guards gokrb5, which takes for granted that the
// bytes are enough and that the key is of the data's type.
func unseal(data types.EncryptedData, key types.EncryptionKey, usage uint32) ([]byte, error) {
	et, err := crypto.GetEtype(data.EType)
	if err != nil {
		return nil, fmt.Errorf("decrypting: %w", err)
	}
	if key.KeyType != data.EType || len(key.KeyValue) != keySize(et) {
		return nil, fmt.Errorf("decrypting %s: the key is of another type", EType(data.EType))
	}
	if least := et.GetConfounderByteSize() + et.GetHMACBitLength()/8; len(data.Cipher) < least {
		return nil, fmt.Errorf("decrypting %s: %d bytes are less than %d", EType(data.EType), len(data.Cipher), least)
	}
	plain, err := crypto.DecryptEncPart(data, key, usage)
	if err != nil {
		return nil, fmt.Errorf("decrypting %s: %w", EType(data.EType), err)
	}
	return plain, nil
}
