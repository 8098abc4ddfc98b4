package wusp

import "strings"

// Namespaces of the envelope and of the values in it, MS-WUSP 2.2.1.
const (
	EnvelopeNamespace = "http://schemas.xmlsoap.org/soap/envelope/"
	encodingNamespace = "http://schemas.xmlsoap.org/soap/encoding/"
	schemaNamespace   = "http://www.w3.org/2001/XMLSchema"
	instanceNamespace = "http://www.w3.org/2001/XMLSchema-instance"
	soap12Namespace   = "http://www.w3.org/2003/05/soap-envelope"
)

// Service is one of the web services of an update server. The zero value is none.
type Service struct {
	Name      string // "Client Web Service", as MS-WUSP calls it
	Path      string // below the server's root, "/ClientWebService/client.asmx"; servers do not mind case
	Namespace string // of its messages
}

// The services, MS-WUSP 2.1 and 2.2.1 with product note 10. Real agents write the last
// part of a path in lower case, as the faultactor in MS-WUSP section 4 shows.
var (
	SimpleAuthService = Service{"SimpleAuth Web Service", "/SimpleAuthWebService/SimpleAuth.asmx", "http://www.microsoft.com/SoftwareDistribution/Server/SimpleAuthWebService"}
	ClientService     = Service{"Client Web Service", "/ClientWebService/client.asmx", "http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService"}
	ReportingService  = Service{"Reporting Web Service", "/ReportingWebService/ReportingWebService.asmx", "http://www.microsoft.com/SoftwareDistribution"}
)

// Operation is one web method.
type Operation struct {
	Name    string // "SyncUpdates"
	Service Service
	Request func() any // a pointer to a new zero request
}

// Action gives the value of the SOAPAction header, without the quotes around it.
func (o Operation) Action() string { return o.Service.Namespace + "/" + o.Name }

// Operations are the web methods of MS-WUSP 2.2.2, in its order.
func Operations() []Operation {
	return []Operation{
		{"GetAuthorizationCookie", SimpleAuthService, func() any { return new(GetAuthorizationCookie) }},
		{"GetConfig", ClientService, func() any { return new(GetConfig) }},
		{"GetCookie", ClientService, func() any { return new(GetCookie) }},
		{"RegisterComputer", ClientService, func() any { return new(RegisterComputer) }},
		{"SyncUpdates", ClientService, func() any { return new(SyncUpdates) }},
		{"RefreshCache", ClientService, func() any { return new(RefreshCache) }},
		{"GetExtendedUpdateInfo", ClientService, func() any { return new(GetExtendedUpdateInfo) }},
		{"GetFileLocations", ClientService, func() any { return new(GetFileLocations) }},
		{"StartCategoryScan", ClientService, func() any { return new(StartCategoryScan) }},
		{"SyncPrinterCatalog", ClientService, func() any { return new(SyncPrinterCatalog) }},
		{"GetExtendedUpdateInfo2", ClientService, func() any { return new(GetExtendedUpdateInfo2) }},
		{"ReportEventBatch", ReportingService, func() any { return new(ReportEventBatch) }},
	}
}

// OperationOf finds an operation by its exact name.
func OperationOf(name string) (Operation, bool) {
	for _, o := range Operations() {
		if o.Name == name {
			return o, true
		}
	}
	return Operation{}, false
}

// OperationOfAction finds an operation by the value of a SOAPAction header, which
// SOAP 1.1 6.1.1 has in double quotes. Without them it is not found, as a real server
// does not dispatch such a request.
func OperationOfAction(header string) (Operation, bool) {
	header = strings.TrimSpace(header)
	action := strings.TrimSuffix(strings.TrimPrefix(header, `"`), `"`)
	if len(header) != len(action)+2 {
		return Operation{}, false
	}
	for _, o := range Operations() {
		if o.Action() == action {
			return o, true
		}
	}
	return Operation{}, false
}
