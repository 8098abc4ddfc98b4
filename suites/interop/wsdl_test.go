//go:build interop && linux

package interop_test

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/wualab/wualab/wusp"
)

// answersOf are the responses of the operations that a client needs.
var answersOf = map[string]any{
	"GetAuthorizationCookie": wusp.GetAuthorizationCookieResponse{}, "GetConfig": wusp.GetConfigResponse{}, "GetCookie": wusp.GetCookieResponse{},
	"RegisterComputer": wusp.RegisterComputerResponse{}, "SyncUpdates": wusp.SyncUpdatesResponse{}, "RefreshCache": wusp.RefreshCacheResponse{},
	"GetExtendedUpdateInfo": wusp.GetExtendedUpdateInfoResponse{}, "GetFileLocations": wusp.GetFileLocationsResponse{}, "ReportEventBatch": wusp.ReportEventBatchResponse{},
}

// wsdl describes a service of an update server to SOAP toolkits: document/literal, and
// what is empty may be missing.
func wsdl(s wusp.Service, url string) string {
	var schema, messages, port, binding strings.Builder
	for _, o := range wusp.Operations() {
		answer, ok := answersOf[o.Name]
		if o.Service != s || !ok {
			continue
		}
		schema.WriteString(root(o.Name, reflect.TypeOf(o.Request()).Elem()) + root(o.Name+"Response", reflect.TypeOf(answer)))
		fmt.Fprintf(&messages, `<w:message name="%[1]sIn"><w:part name="parameters" element="t:%[1]s"/></w:message><w:message name="%[1]sOut"><w:part name="parameters" element="t:%[1]sResponse"/></w:message>`, o.Name)
		fmt.Fprintf(&port, `<w:operation name="%[1]s"><w:input message="t:%[1]sIn"/><w:output message="t:%[1]sOut"/></w:operation>`, o.Name)
		fmt.Fprintf(&binding, `<w:operation name="%[1]s"><p:operation soapAction="%[2]s" style="document"/><w:input><p:body use="literal"/></w:input><w:output><p:body use="literal"/></w:output></w:operation>`, o.Name, o.Action())
	}
	return fmt.Sprintf(`<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:p="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:s="http://www.w3.org/2001/XMLSchema" xmlns:t="%[1]s" targetNamespace="%[1]s">
<w:types><s:schema elementFormDefault="qualified" targetNamespace="%[1]s">%[2]s</s:schema></w:types>%[3]s
<w:portType name="Port">%[4]s</w:portType>
<w:binding name="Binding" type="t:Port"><p:binding transport="http://schemas.xmlsoap.org/soap/http"/>%[5]s</w:binding>
<w:service name="Service"><w:port name="Port" binding="t:Binding"><p:address location="%[6]s%[7]s"/></w:port></w:service></w:definitions>`,
		s.Namespace, schema.String(), messages.String(), port.String(), binding.String(), url, s.Path)
}

func root(name string, of reflect.Type) string {
	return fmt.Sprintf(`<s:element name="%s"><s:complexType><s:sequence>%s</s:sequence></s:complexType></s:element>`, name, members(of))
}

// members describes the fields of a message or of a value in it.
func members(of reflect.Type) (out string) {
	for i := range of.NumField() {
		name, item, list := strings.Cut(of.Field(i).Tag.Get("xml"), ">")
		kind := of.Field(i).Type
		if list {
			out += fmt.Sprintf(`<s:element minOccurs="0" name="%s"><s:complexType><s:sequence>%s</s:sequence></s:complexType></s:element>`, name, member(item, kind.Elem(), "unbounded"))
			continue
		}
		out += member(name, kind, "1")
	}
	return out
}

func member(name string, kind reflect.Type, most string) string {
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	begin := fmt.Sprintf(`<s:element minOccurs="0" maxOccurs="%s" name="%s"`, most, name)
	simple := map[reflect.Kind]string{reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "int", reflect.Int32: "int", reflect.Int64: "long"}[kind.Kind()]
	switch kind {
	case reflect.TypeFor[wusp.Time]():
		simple = "dateTime"
	case reflect.TypeFor[wusp.Binary]():
		simple = "base64Binary"
	}
	if simple != "" {
		return begin + fmt.Sprintf(` type="s:%s"/>`, simple)
	}
	return begin + "><s:complexType><s:sequence>" + members(kind) + "</s:sequence></s:complexType></s:element>"
}
