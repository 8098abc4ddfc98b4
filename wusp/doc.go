// Package wusp holds the messages of the Windows Update Services Client-Server
// Protocol (MS-WUSP) as both ends need them: the update agent writes requests and
// reads answers, the fake server the other way round. It knows no sockets and no
// state; what a message means is for agent/wua and fakeserver/wsus.
//
// A message is a Go value whose fields are in the order of the schema of MS-WUSP
// section 6. [WriteRequest] and [WriteResponse] put it into a SOAP 1.1 envelope,
// [ReadRequest] and [ReadResponse] take it out. What is read may be hostile: a
// document type, an entity, a processing instruction, too deep nesting or too large a
// body is refused, and the [Error] tells line and column.
//
// Modelled documents: MS-WUSP 2 (messages), 6 (WSDL), SOAP 1.1 sections 4 and 6.
package wusp
