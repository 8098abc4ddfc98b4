"""A client of an update server, by zeep: python3 wsus_client.py FOLDER, which holds the
WSDL of the three services. It does the round of an update agent and prints what it got."""
import base64, datetime, hashlib, json, sys, urllib.request
from zeep import Client, Settings
from zeep.exceptions import Fault

folder = sys.argv[1]
strict = Settings(strict=True)
auth, client, reporting = (Client(f"{folder}/{name}.wsdl", settings=strict).service for name in ("auth", "client", "reporting"))
now = datetime.datetime(2026, 1, 2, 3, 4, 5)

config = client.GetConfig(protocolVersion="1.8")
plugin = config.AuthInfo.AuthPlugInInfo[0]
proof = auth.GetAuthorizationCookie(clientId="zeep-1", targetGroupName="", dnsName="zeep.lab")
cookie = client.GetCookie(authCookies={"AuthorizationCookie": [proof]}, lastChange=config.LastChange, currentTime=now, protocolVersion="1.8")
client.RegisterComputer(cookie=cookie, computerInfo={"DnsName": "zeep.lab", "OSMajorVersion": 6, "ComputerModel": "a < b & c"})

cached, trips, found = [], 0, []
while True:
    trips += 1
    info = client.SyncUpdates(cookie=cookie, parameters={"ExpressQuery": False, "InstalledNonLeafUpdateIDs": {"int": cached}, "SkipSoftwareSync": False})
    cookie = info.NewCookie
    new = info.NewUpdates.UpdateInfo if info.NewUpdates else []
    found += [u.ID for u in new if u.Deployment.Action == "Install"]
    cached += [u.ID for u in new]
    if not new:
        break

extended = client.GetExtendedUpdateInfo(cookie=cookie, revisionIDs={"int": found}, infoTypes={"XmlUpdateFragmentType": ["Extended", "LocalizedProperties"]}, locales={"string": ["en"]})
digests = []
for place in extended.FileLocations.FileLocation:
    body = urllib.request.urlopen(place.Url).read()
    digests.append(hashlib.sha1(body).digest() == place.FileDigest)
again = client.GetFileLocations(cookie=cookie, fileDigests={"base64Binary": [p.FileDigest for p in extended.FileLocations.FileLocation]})

told = reporting.ReportEventBatch(cookie=cookie, clientTime=now, eventBatch={"ReportingEvent": [{"BasicData": {
    "TargetID": {"Sid": "zeep-1"}, "SequenceNumber": 0, "TimeAtTarget": now, "EventInstanceID": "00000000-0000-0000-0000-000000000001",
    "NamespaceID": 1, "EventID": 147, "SourceID": 101, "UpdateID": {"UpdateID": "00000000-0000-0000-0000-000000000000", "RevisionNumber": 0},
    "Win32HResult": 0, "AppName": "zeep"}, "ExtendedData": {"MiscData": {"string": ["Q=1"]}}}]})

cookie.EncryptedData = base64.b64decode("AAAA")
try:
    client.SyncUpdates(cookie=cookie, parameters={"ExpressQuery": False, "SkipSoftwareSync": False})
    fault = None
except Fault as refused:
    fault = {"code": refused.code, "error": refused.detail.findtext("ErrorCode"), "method": refused.detail.findtext("Method")}

print(json.dumps({"plugin": plugin.PlugInID, "trips": trips, "found": found, "fragments": len(extended.Updates.Update), "digests": digests,
                  "again": again.FileLocations.FileLocation[0].Url == extended.FileLocations.FileLocation[0].Url, "told": told, "fault": fault}))
