package hresult

// Further codes of the Windows Update agent, as wuerror.h spells them: what the agent keeps, rules, drivers, reports.
const (
	WU_E_DS_SHUTDOWN                        HRESULT = 0x80248000
	WU_E_DS_INUSE                           HRESULT = 0x80248001
	WU_E_DS_INVALID                         HRESULT = 0x80248002
	WU_E_DS_TABLEMISSING                    HRESULT = 0x80248003
	WU_E_DS_TABLEINCORRECT                  HRESULT = 0x80248004
	WU_E_DS_INVALIDTABLENAME                HRESULT = 0x80248005
	WU_E_DS_BADVERSION                      HRESULT = 0x80248006
	WU_E_DS_NODATA                          HRESULT = 0x80248007
	WU_E_DS_MISSINGDATA                     HRESULT = 0x80248008
	WU_E_DS_MISSINGREF                      HRESULT = 0x80248009
	WU_E_DS_UNKNOWNHANDLER                  HRESULT = 0x8024800A
	WU_E_DS_CANTDELETE                      HRESULT = 0x8024800B
	WU_E_DS_LOCKTIMEOUTEXPIRED              HRESULT = 0x8024800C
	WU_E_DS_NOCATEGORIES                    HRESULT = 0x8024800D
	WU_E_DS_ROWEXISTS                       HRESULT = 0x8024800E
	WU_E_DS_STOREFILELOCKED                 HRESULT = 0x8024800F
	WU_E_DS_CANNOTREGISTER                  HRESULT = 0x80248010
	WU_E_DS_UNABLETOSTART                   HRESULT = 0x80248011
	WU_E_DS_DUPLICATEUPDATEID               HRESULT = 0x80248013
	WU_E_DS_UNKNOWNSERVICE                  HRESULT = 0x80248014
	WU_E_DS_SERVICEEXPIRED                  HRESULT = 0x80248015
	WU_E_DS_DECLINENOTALLOWED               HRESULT = 0x80248016
	WU_E_DS_TABLESESSIONMISMATCH            HRESULT = 0x80248017
	WU_E_DS_SESSIONLOCKMISMATCH             HRESULT = 0x80248018
	WU_E_DS_NEEDWINDOWSSERVICE              HRESULT = 0x80248019
	WU_E_DS_INVALIDOPERATION                HRESULT = 0x8024801A
	WU_E_DS_SCHEMAMISMATCH                  HRESULT = 0x8024801B
	WU_E_DS_RESETREQUIRED                   HRESULT = 0x8024801C
	WU_E_DS_IMPERSONATED                    HRESULT = 0x8024801D
	WU_E_DS_UNEXPECTED                      HRESULT = 0x80248FFF
	WU_E_AU_NO_REGISTERED_SERVICE           HRESULT = 0x8024A005
	WU_E_AU_UNEXPECTED                      HRESULT = 0x8024AFFF
	WU_E_DRV_PRUNED                         HRESULT = 0x8024C001
	WU_E_DRV_NOPROP_OR_LEGACY               HRESULT = 0x8024C002
	WU_E_DRV_REG_MISMATCH                   HRESULT = 0x8024C003
	WU_E_DRV_NO_METADATA                    HRESULT = 0x8024C004
	WU_E_DRV_MISSING_ATTRIBUTE              HRESULT = 0x8024C005
	WU_E_DRV_SYNC_FAILED                    HRESULT = 0x8024C006
	WU_E_DRV_NO_PRINTER_CONTENT             HRESULT = 0x8024C007
	WU_E_DRV_UNEXPECTED                     HRESULT = 0x8024CFFF
	WU_E_EE_UNKNOWN_EXPRESSION              HRESULT = 0x8024E001
	WU_E_EE_INVALID_EXPRESSION              HRESULT = 0x8024E002
	WU_E_EE_MISSING_METADATA                HRESULT = 0x8024E003
	WU_E_EE_INVALID_VERSION                 HRESULT = 0x8024E004
	WU_E_EE_NOT_INITIALIZED                 HRESULT = 0x8024E005
	WU_E_EE_INVALID_ATTRIBUTEDATA           HRESULT = 0x8024E006
	WU_E_EE_CLUSTER_ERROR                   HRESULT = 0x8024E007
	WU_E_EE_UNEXPECTED                      HRESULT = 0x8024EFFF
	WU_E_REPORTER_EVENTCACHECORRUPT         HRESULT = 0x8024F001
	WU_E_REPORTER_EVENTNAMESPACEPARSEFAILED HRESULT = 0x8024F002
	WU_E_INVALID_EVENT                      HRESULT = 0x8024F003
	WU_E_REPORTER_UNEXPECTED                HRESULT = 0x8024FFFF
)

func windowsUpdateStoreTable() []Info {
	return []Info{
		{WU_E_DS_SHUTDOWN, "WU_E_DS_SHUTDOWN", "the agent is going down", "try again after the start", srcWUComponents, true},
		{WU_E_DS_INUSE, "WU_E_DS_INUSE", "the data store is in use", "wait for who uses it", srcWUComponents, true},
		{WU_E_DS_INVALID, "WU_E_DS_INVALID", "the data store is not in the state that it should be", "let the agent make it anew", srcWUComponents, true},
		{WU_E_DS_TABLEMISSING, "WU_E_DS_TABLEMISSING", "the data store lacks a table", "let the agent make it anew", srcWUComponents, true},
		{WU_E_DS_TABLEINCORRECT, "WU_E_DS_TABLEINCORRECT", "a table of the data store has odd columns", "let the agent make it anew", srcWUComponents, true},
		{WU_E_DS_INVALIDTABLENAME, "WU_E_DS_INVALIDTABLENAME", "a table is not in the data store", "let the agent make it anew", srcWUComponents, true},
		{WU_E_DS_BADVERSION, "WU_E_DS_BADVERSION", "the data store has another version", "let the agent make it anew", srcWUComponents, true},
		{WU_E_DS_NODATA, "WU_E_DS_NODATA", "something is not in the data store", "scan again", srcWUComponents, true},
		{WU_E_DS_MISSINGDATA, "WU_E_DS_MISSINGDATA", "the data store lacks something that it must have", "let the agent make it anew", srcWUComponents, true},
		{WU_E_DS_MISSINGREF, "WU_E_DS_MISSINGREF", "the data store names something that is not there", "let the agent make it anew", srcWUComponents, true},
		{WU_E_DS_UNKNOWNHANDLER, "WU_E_DS_UNKNOWNHANDLER", "the update's handler is not known", "check the handler in the metadata", srcWUComponents, true},
		{WU_E_DS_CANTDELETE, "WU_E_DS_CANTDELETE", "the update is still needed", "nothing", srcWUComponents, true},
		{WU_E_DS_LOCKTIMEOUTEXPIRED, "WU_E_DS_LOCKTIMEOUTEXPIRED", "the data store was locked for too long", "look for who holds it", srcWUComponents, true},
		{WU_E_DS_NOCATEGORIES, "WU_E_DS_NOCATEGORIES", "a category has no parent", "check the category on the server", srcWUComponents, true},
		{WU_E_DS_ROWEXISTS, "WU_E_DS_ROWEXISTS", "a row is there already", "nothing", srcWUComponents, true},
		{WU_E_DS_STOREFILELOCKED, "WU_E_DS_STOREFILELOCKED", "another process has locked the data store", "look for who holds it", srcWUComponents, true},
		{WU_E_DS_CANNOTREGISTER, "WU_E_DS_CANNOTREGISTER", "the data store cannot be registered here", "restart the service", srcWUComponents, true},
		{WU_E_DS_UNABLETOSTART, "WU_E_DS_UNABLETOSTART", "the data store could not be begun in another process", "restart the service", srcWUComponents, true},
		{WU_E_DS_DUPLICATEUPDATEID, "WU_E_DS_DUPLICATEUPDATEID", "the server sent an update with two numbers", "look at the server", srcWUComponents, true},
		{WU_E_DS_UNKNOWNSERVICE, "WU_E_DS_UNKNOWNSERVICE", "the service is not in the data store", "register it again", srcWUComponents, true},
		{WU_E_DS_SERVICEEXPIRED, "WU_E_DS_SERVICEEXPIRED", "the registration of the service has run out", "register it again", srcWUComponents, true},
		{WU_E_DS_DECLINENOTALLOWED, "WU_E_DS_DECLINENOTALLOWED", "the update cannot be hidden: it is mandatory or has a deadline", "install it", srcWUComponents, true},
		{WU_E_DS_TABLESESSIONMISMATCH, "WU_E_DS_TABLESESSIONMISMATCH", "a table belongs to another session", "restart the service", srcWUComponents, true},
		{WU_E_DS_SESSIONLOCKMISMATCH, "WU_E_DS_SESSIONLOCKMISMATCH", "a lock belongs to another session", "restart the service", srcWUComponents, true},
		{WU_E_DS_NEEDWINDOWSSERVICE, "WU_E_DS_NEEDWINDOWSSERVICE", "a service that is needed cannot be removed", "nothing", srcWUComponents, true},
		{WU_E_DS_INVALIDOPERATION, "WU_E_DS_INVALIDOPERATION", "the data store does not allow it", "check the order of the calls", srcWUComponents, true},
		{WU_E_DS_SCHEMAMISMATCH, "WU_E_DS_SCHEMAMISMATCH", "a saved table has another form", "let the agent make the store anew", srcWUComponents, true},
		{WU_E_DS_RESETREQUIRED, "WU_E_DS_RESETREQUIRED", "the data store has to be begun anew", "let the agent make it anew", srcWUComponents, true},
		{WU_E_DS_IMPERSONATED, "WU_E_DS_IMPERSONATED", "the data store was asked in a user's name", "ask as the service", srcWUComponents, true},
		{WU_E_DS_UNEXPECTED, "WU_E_DS_UNEXPECTED", "a failure of the data store without a code of its own", "let the agent make it anew", srcWUComponents, true},
		{WU_E_AU_NO_REGISTERED_SERVICE, "WU_E_AU_NO_REGISTERED_SERVICE", "Automatic Updates has no service that is not managed", "register one", srcWUComponents, true},
		{WU_E_AU_UNEXPECTED, "WU_E_AU_UNEXPECTED", "a failure of Automatic Updates without a code of its own", "read the log before it", srcWUComponents, true},
		{WU_E_DRV_PRUNED, "WU_E_DRV_PRUNED", "a driver was left out", "nothing", srcWUComponents, true},
		{WU_E_DRV_NOPROP_OR_LEGACY, "WU_E_DRV_NOPROP_OR_LEGACY", "a property of a device could not be had", "check the device", srcWUComponents, true},
		{WU_E_DRV_REG_MISMATCH, "WU_E_DRV_REG_MISMATCH", "a driver's registry value has another type", "check the driver", srcWUComponents, true},
		{WU_E_DRV_NO_METADATA, "WU_E_DRV_NO_METADATA", "a driver's update has no metadata", "check the update on the server", srcWUComponents, true},
		{WU_E_DRV_MISSING_ATTRIBUTE, "WU_E_DRV_MISSING_ATTRIBUTE", "a driver's update lacks an attribute", "check the update on the server", srcWUComponents, true},
		{WU_E_DRV_SYNC_FAILED, "WU_E_DRV_SYNC_FAILED", "drivers could not be synchronized", "read the log before it", srcWUComponents, true},
		{WU_E_DRV_NO_PRINTER_CONTENT, "WU_E_DRV_NO_PRINTER_CONTENT", "what printers need is missing", "check the printer's update on the server", srcWUComponents, true},
		{WU_E_DRV_UNEXPECTED, "WU_E_DRV_UNEXPECTED", "a failure with drivers without a code of its own", "read the log before it", srcWUComponents, true},
		{WU_E_EE_UNKNOWN_EXPRESSION, "WU_E_EE_UNKNOWN_EXPRESSION", "a rule is not known", "check the rules of the update", srcWUComponents, true},
		{WU_E_EE_INVALID_EXPRESSION, "WU_E_EE_INVALID_EXPRESSION", "a rule is not valid", "check the rules of the update", srcWUComponents, true},
		{WU_E_EE_MISSING_METADATA, "WU_E_EE_MISSING_METADATA", "a rule has the wrong number of metadata", "check the rules of the update", srcWUComponents, true},
		{WU_E_EE_INVALID_VERSION, "WU_E_EE_INVALID_VERSION", "stored rules have another version", "let the agent make its store anew", srcWUComponents, true},
		{WU_E_EE_NOT_INITIALIZED, "WU_E_EE_NOT_INITIALIZED", "rules cannot be judged", "restart the service", srcWUComponents, true},
		{WU_E_EE_INVALID_ATTRIBUTEDATA, "WU_E_EE_INVALID_ATTRIBUTEDATA", "an attribute of a rule is not valid", "check the rules of the update", srcWUComponents, true},
		{WU_E_EE_CLUSTER_ERROR, "WU_E_EE_CLUSTER_ERROR", "the state of the cluster is not known", "check the cluster", srcWUComponents, true},
		{WU_E_EE_UNEXPECTED, "WU_E_EE_UNEXPECTED", "a failure of judging rules without a code of its own", "check the rules of the update", srcWUComponents, true},
		{WU_E_REPORTER_EVENTCACHECORRUPT, "WU_E_REPORTER_EVENTCACHECORRUPT", "the file of events that wait is damaged", "let the agent make it anew", srcWUComponents, true},
		{WU_E_REPORTER_EVENTNAMESPACEPARSEFAILED, "WU_E_REPORTER_EVENTNAMESPACEPARSEFAILED", "the description of events cannot be read", "repair the agent", srcWUComponents, true},
		{WU_E_INVALID_EVENT, "WU_E_INVALID_EVENT", "an event is not valid", "repair the agent", srcWUComponents, true},
		{WU_E_REPORTER_UNEXPECTED, "WU_E_REPORTER_UNEXPECTED", "a failure of reporting without a code of its own", "read the log before it", srcWUComponents, true},
	}
}
