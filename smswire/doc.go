// Package smswire is what an SMS 2003 Advanced Client, its management point and its
// distribution points say to each other, for both ends: messages that are posted
// (CCM_POST), lists of management points, policy, content locations, status messages,
// and the folder listings of a distribution point (WebDAV).
//
//	contentType, body := smswire.Write(smswire.Message{TargetEndpoint: smswire.LocationManager, Body: text})
//	m, err := smswire.Read(contentType, body, limits)
//	reply, err := smswire.ReadContentLocationReply(m.Body, limits)
//
// agent/sms and fakeserver/smsdp stand on it. All that is read passes package
// boundedxml first.
//
// Modelled documents: the message schemas of the management point in the SDK of
// Configuration Manager 2007 (RequestAssignments, ContentLocationRequest, Status and
// what is in them), carried back to SMS 2003, of which no schema is public; the SDK's
// class CCM_SoftwareDistribution; RFC 4918 9.1 and 14. Assumed, after public traces of
// later versions: the envelope of a message, and all attributes that the SDK does not
// name. Compression, signatures and encryption of later versions are not modelled.
package smswire
