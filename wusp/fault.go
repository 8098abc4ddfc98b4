package wusp

import "fmt"

// ErrorCode is the kind of an application-level fault, MS-WUSP 2.2.2.4.
type ErrorCode string

// The error codes.
const (
	InvalidCookie              ErrorCode = "InvalidCookie"
	ConfigChanged              ErrorCode = "ConfigChanged"
	RegistrationRequired       ErrorCode = "RegistrationRequired"
	ServerChanged              ErrorCode = "ServerChanged"
	InternalServerError        ErrorCode = "InternalServerError"
	CookieExpired              ErrorCode = "CookieExpired"
	InvalidParameters          ErrorCode = "InvalidParameters"
	InvalidAuthorizationCookie ErrorCode = "InvalidAuthorizationCookie"
	RegistrationNotRequired    ErrorCode = "RegistrationNotRequired"
	ServerBusy                 ErrorCode = "ServerBusy"
	FileLocationChanged        ErrorCode = "FileLocationChanged"
)

// ErrorCodes are all error codes, in the order of the table in MS-WUSP 2.2.2.4.
func ErrorCodes() []ErrorCode {
	return []ErrorCode{InvalidCookie, ConfigChanged, RegistrationRequired, ServerChanged, InternalServerError, CookieExpired,
		InvalidParameters, InvalidAuthorizationCookie, RegistrationNotRequired, ServerBusy, FileLocationChanged}
}

// Fault codes of SOAP 1.1 4.4.1, without the envelope's prefix.
const (
	FaultVersionMismatch = "VersionMismatch"
	FaultMustUnderstand  = "MustUnderstand"
	FaultClient          = "Client"
	FaultServer          = "Server"
)

// Fault is a SOAP fault. One that the protocol itself defines has an ErrorCode.
type Fault struct {
	Code      string    // of SOAP, FaultClient
	String    string    // for people
	Actor     string    // the URL that the request was sent to, or ""
	ErrorCode ErrorCode // "" for a fault without the detail of MS-WUSP
	Message   string    // names the parameter for InvalidParameters
	ID        GUID      // of this one fault
	Method    string    // the action, in quotes
}

// Error says what the server complained of.
func (f *Fault) Error() string {
	text := "SOAP fault " + f.Code
	if f.ErrorCode != "" {
		text += ": " + string(f.ErrorCode)
	}
	if f.Message != "" {
		text += fmt.Sprintf(" (%s)", f.Message)
	} else if f.ErrorCode == "" && f.String != "" {
		text += ": " + f.String
	}
	return text
}

// faultBody is a fault as it is read.
type faultBody struct {
	Code   string `xml:"faultcode"`
	String string `xml:"faultstring"`
	Actor  string `xml:"faultactor"`
	Detail struct {
		ErrorCode ErrorCode `xml:"ErrorCode"`
		Message   string    `xml:"Message"`
		ID        string    `xml:"ID"`
		Method    string    `xml:"Method"`
	} `xml:"detail"`
}
