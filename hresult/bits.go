package hresult

// Where the BITS codes come from. srcHeader alone means that no page explains
// the code and its meaning is read from its name.
const (
	srcReturn = "BITS documentation: BITS Return Values"
	srcHeader = "bitsmsg.h"
	srcSDK    = "BITS documentation: IBackgroundCopyJob3::AddFileWithRanges"
	srcBUP    = "MC-BUP 2.2.1"
)

// Codes of BITS, as bitsmsg.h spells them; Lookup says what they mean. The gap
// from 0x8020004A to 0x8020004F is in the header too.
const (
	BG_S_ERROR_CONTEXT_NONE                        HRESULT = 0x00200006
	BG_S_PARTIAL_COMPLETE                          HRESULT = 0x00200017
	BG_S_UNABLE_TO_DELETE_FILES                    HRESULT = 0x0020001A
	BG_S_PROXY_CHANGED                             HRESULT = 0x0020002A
	BG_S_OVERRIDDEN_BY_POLICY                      HRESULT = 0x00200055
	BG_E_NOT_FOUND                                 HRESULT = 0x80200001
	BG_E_INVALID_STATE                             HRESULT = 0x80200002
	BG_E_EMPTY                                     HRESULT = 0x80200003
	BG_E_FILE_NOT_AVAILABLE                        HRESULT = 0x80200004
	BG_E_PROTOCOL_NOT_AVAILABLE                    HRESULT = 0x80200005
	BG_E_ERROR_CONTEXT_UNKNOWN                     HRESULT = 0x80200007
	BG_E_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER       HRESULT = 0x80200008
	BG_E_ERROR_CONTEXT_LOCAL_FILE                  HRESULT = 0x80200009
	BG_E_ERROR_CONTEXT_REMOTE_FILE                 HRESULT = 0x8020000A
	BG_E_ERROR_CONTEXT_GENERAL_TRANSPORT           HRESULT = 0x8020000B
	BG_E_ERROR_CONTEXT_QUEUE_MANAGER_NOTIFICATION  HRESULT = 0x8020000C
	BG_E_DESTINATION_LOCKED                        HRESULT = 0x8020000D
	BG_E_VOLUME_CHANGED                            HRESULT = 0x8020000E
	BG_E_ERROR_INFORMATION_UNAVAILABLE             HRESULT = 0x8020000F
	BG_E_NETWORK_DISCONNECTED                      HRESULT = 0x80200010
	BG_E_MISSING_FILE_SIZE                         HRESULT = 0x80200011
	BG_E_INSUFFICIENT_HTTP_SUPPORT                 HRESULT = 0x80200012
	BG_E_INSUFFICIENT_RANGE_SUPPORT                HRESULT = 0x80200013
	BG_E_REMOTE_NOT_SUPPORTED                      HRESULT = 0x80200014
	BG_E_NEW_OWNER_DIFF_MAPPING                    HRESULT = 0x80200015
	BG_E_NEW_OWNER_NO_FILE_ACCESS                  HRESULT = 0x80200016
	BG_E_PROXY_LIST_TOO_LARGE                      HRESULT = 0x80200018
	BG_E_PROXY_BYPASS_LIST_TOO_LARGE               HRESULT = 0x80200019
	BG_E_INVALID_SERVER_RESPONSE                   HRESULT = 0x8020001B
	BG_E_TOO_MANY_FILES                            HRESULT = 0x8020001C
	BG_E_LOCAL_FILE_CHANGED                        HRESULT = 0x8020001D
	BG_E_ERROR_CONTEXT_REMOTE_APPLICATION          HRESULT = 0x8020001E
	BG_E_SESSION_NOT_FOUND                         HRESULT = 0x8020001F
	BG_E_TOO_LARGE                                 HRESULT = 0x80200020
	BG_E_STRING_TOO_LONG                           HRESULT = 0x80200021
	BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH           HRESULT = 0x80200022
	BG_E_SERVER_EXECUTE_ENABLE                     HRESULT = 0x80200023
	BG_E_NO_PROGRESS                               HRESULT = 0x80200024
	BG_E_USERNAME_TOO_LARGE                        HRESULT = 0x80200025
	BG_E_PASSWORD_TOO_LARGE                        HRESULT = 0x80200026
	BG_E_INVALID_AUTH_TARGET                       HRESULT = 0x80200027
	BG_E_INVALID_AUTH_SCHEME                       HRESULT = 0x80200028
	BG_E_FILE_NOT_FOUND                            HRESULT = 0x80200029
	BG_E_INVALID_RANGE                             HRESULT = 0x8020002B
	BG_E_OVERLAPPING_RANGES                        HRESULT = 0x8020002C
	BG_E_CONNECT_FAILURE                           HRESULT = 0x8020002D
	BG_E_CONNECTION_CLOSED                         HRESULT = 0x8020002E
	BG_E_BLOCKED_BY_POLICY                         HRESULT = 0x8020003E
	BG_E_INVALID_PROXY_INFO                        HRESULT = 0x8020003F
	BG_E_INVALID_CREDENTIALS                       HRESULT = 0x80200040
	BG_E_INVALID_HASH_ALGORITHM                    HRESULT = 0x80200041
	BG_E_RECORD_DELETED                            HRESULT = 0x80200042
	BG_E_COMMIT_IN_PROGRESS                        HRESULT = 0x80200043
	BG_E_DISCOVERY_IN_PROGRESS                     HRESULT = 0x80200044
	BG_E_UPNP_ERROR                                HRESULT = 0x80200045
	BG_E_TEST_OPTION_BLOCKED_DOWNLOAD              HRESULT = 0x80200046
	BG_E_PEERCACHING_DISABLED                      HRESULT = 0x80200047
	BG_E_BUSYCACHERECORD                           HRESULT = 0x80200048
	BG_E_TOO_MANY_JOBS_PER_USER                    HRESULT = 0x80200049
	BG_E_TOO_MANY_JOBS_PER_MACHINE                 HRESULT = 0x80200050
	BG_E_TOO_MANY_FILES_IN_JOB                     HRESULT = 0x80200051
	BG_E_TOO_MANY_RANGES_IN_FILE                   HRESULT = 0x80200052
	BG_E_VALIDATION_FAILED                         HRESULT = 0x80200053
	BG_E_MAXDOWNLOAD_TIMEOUT                       HRESULT = 0x80200054
	BG_E_TOKEN_REQUIRED                            HRESULT = 0x80200056
	BG_E_UNKNOWN_PROPERTY_ID                       HRESULT = 0x80200057
	BG_E_READ_ONLY_PROPERTY                        HRESULT = 0x80200058
	BG_E_BLOCKED_BY_COST_TRANSFER_POLICY           HRESULT = 0x80200059
	BG_E_PROPERTY_SUPPORTED_FOR_DOWNLOAD_JOBS_ONLY HRESULT = 0x80200060
	BG_E_READ_ONLY_PROPERTY_AFTER_ADDFILE          HRESULT = 0x80200061
	BG_E_READ_ONLY_PROPERTY_AFTER_RESUME           HRESULT = 0x80200062
	BG_E_MAX_DOWNLOAD_SIZE_INVALID_VALUE           HRESULT = 0x80200063
	BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED           HRESULT = 0x80200064
	BG_E_STANDBY_MODE                              HRESULT = 0x80200065
	BG_E_USE_STORED_CREDENTIALS_NOT_SUPPORTED      HRESULT = 0x80200066
	BG_E_BLOCKED_BY_BATTERY_POLICY                 HRESULT = 0x80200067
	BG_E_BLOCKED_BY_BATTERY_SAVER                  HRESULT = 0x80200068
	BG_E_WATCHDOG_TIMEOUT                          HRESULT = 0x80200069
	BG_E_APP_PACKAGE_NOT_FOUND                     HRESULT = 0x8020006A
	BG_E_APP_PACKAGE_SCENARIO_NOT_SUPPORTED        HRESULT = 0x8020006B
	BG_E_DATABASE_CORRUPT                          HRESULT = 0x8020006C
	BG_E_RANDOM_ACCESS_NOT_SUPPORTED               HRESULT = 0x8020006D
	BG_E_BLOCKED_BY_BACKGROUND_ACCESS_POLICY       HRESULT = 0x8020006E
	BG_E_BLOCKED_BY_GAME_MODE                      HRESULT = 0x8020006F
	BG_E_BLOCKED_BY_SYSTEM_POLICY                  HRESULT = 0x80200070
	BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD     HRESULT = 0x80200071
	BG_E_UNSUPPORTED_JOB_CONFIGURATION             HRESULT = 0x80200072
	BG_E_REMOTE_FILE_CHANGED                       HRESULT = 0x80200073
	BG_E_SERVER_CERT_VALIDATION_INTERFACE_REQUIRED HRESULT = 0x80200074
	BG_E_READ_ONLY_WHEN_JOB_ACTIVE                 HRESULT = 0x80200075
	BG_E_ERROR_CONTEXT_SERVER_CERTIFICATE_CALLBACK HRESULT = 0x80200076
	MC_JOB_CANCELLED                               HRESULT = 0x80194000
	MC_FILE_DELETION_FAILED                        HRESULT = 0x80194001
	MC_FILE_DELETION_FAILED_MORE                   HRESULT = 0x80194002
	MC_JOB_PROPERTY_CHANGE                         HRESULT = 0x80194003
	MC_JOB_TAKE_OWNERSHIP                          HRESULT = 0x80194004
	MC_JOB_SCAVENGED                               HRESULT = 0x80194005
	MC_JOB_NOTIFICATION_FAILURE                    HRESULT = 0x80194006
	MC_STATE_FILE_CORRUPT                          HRESULT = 0x80194007
	MC_FAILED_TO_START                             HRESULT = 0x80194008
	MC_FATAL_IGD_ERROR                             HRESULT = 0x80194009
)

func bitsTable() []Info {
	return []Info{
		{BG_S_ERROR_CONTEXT_NONE, "BG_S_ERROR_CONTEXT_NONE", "no error has occurred", "", srcHeader, false},
		{BG_S_PARTIAL_COMPLETE, "BG_S_PARTIAL_COMPLETE", "the job was completed early: finished files were kept, the rest deleted", "", srcReturn, true},
		{BG_S_UNABLE_TO_DELETE_FILES, "BG_S_UNABLE_TO_DELETE_FILES", "the job is gone but some of its temporary files remain", "", srcReturn, true},
		{BG_S_PROXY_CHANGED, "BG_S_PROXY_CHANGED", "the proxy settings have changed", "", srcHeader, false},
		{BG_S_OVERRIDDEN_BY_POLICY, "BG_S_OVERRIDDEN_BY_POLICY", "the value was stored, but a group policy wins over it", "", srcReturn, true},
		{BG_E_NOT_FOUND, "BG_E_NOT_FOUND", "no such job in the queue", "the job may be completed, cancelled, or belong to another user", srcReturn, true},
		{BG_E_INVALID_STATE, "BG_E_INVALID_STATE", "the call is not allowed in the state that the job is in", "read the job's state first", srcReturn, true},
		{BG_E_EMPTY, "BG_E_EMPTY", "the job has no files", "add a file before Resume", srcReturn, true},
		{BG_E_FILE_NOT_AVAILABLE, "BG_E_FILE_NOT_AVAILABLE", "the error does not belong to one file", "read the error context instead", srcReturn, true},
		{BG_E_PROTOCOL_NOT_AVAILABLE, "BG_E_PROTOCOL_NOT_AVAILABLE", "the error does not belong to one protocol", "read the error context instead", srcReturn, true},
		{BG_E_ERROR_CONTEXT_UNKNOWN, "BG_E_ERROR_CONTEXT_UNKNOWN", "text for the context: unknown place", "this is a description, not a cause", srcHeader, false},
		{BG_E_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER, "BG_E_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER", "text for the context: the queue manager", "this is a description, not a cause", srcHeader, false},
		{BG_E_ERROR_CONTEXT_LOCAL_FILE, "BG_E_ERROR_CONTEXT_LOCAL_FILE", "text for the context: the local file", "this is a description, not a cause", srcHeader, false},
		{BG_E_ERROR_CONTEXT_REMOTE_FILE, "BG_E_ERROR_CONTEXT_REMOTE_FILE", "text for the context: the remote file", "this is a description, not a cause", srcHeader, false},
		{BG_E_ERROR_CONTEXT_GENERAL_TRANSPORT, "BG_E_ERROR_CONTEXT_GENERAL_TRANSPORT", "text for the context: the transport", "this is a description, not a cause", srcHeader, false},
		{BG_E_ERROR_CONTEXT_QUEUE_MANAGER_NOTIFICATION, "BG_E_ERROR_CONTEXT_QUEUE_MANAGER_NOTIFICATION", "text for the context: notifying the program", "this is a description, not a cause", srcHeader, false},
		{BG_E_DESTINATION_LOCKED, "BG_E_DESTINATION_LOCKED", "the destination volume is locked", "the job goes on when the volume is unlocked", srcReturn, true},
		{BG_E_VOLUME_CHANGED, "BG_E_VOLUME_CHANGED", "the destination volume is not the one that the job began on", "put the volume back, or start a new job", srcReturn, true},
		{BG_E_ERROR_INFORMATION_UNAVAILABLE, "BG_E_ERROR_INFORMATION_UNAVAILABLE", "the job is not in a state that has error information", "ask only in ERROR or TRANSIENT_ERROR", srcReturn, true},
		{BG_E_NETWORK_DISCONNECTED, "BG_E_NETWORK_DISCONNECTED", "no network is connected", "the job goes on when a network comes up", srcReturn, true},
		{BG_E_MISSING_FILE_SIZE, "BG_E_MISSING_FILE_SIZE", "the server did not say how long the file is", "serve a static file with Content-Length; look for chunked or generated content and for proxies that drop the header", srcReturn, true},
		{BG_E_INSUFFICIENT_HTTP_SUPPORT, "BG_E_INSUFFICIENT_HTTP_SUPPORT", "the server does not speak HTTP/1.1 well enough", "check the version in the status line and the answer to HEAD", srcReturn, true},
		{BG_E_INSUFFICIENT_RANGE_SUPPORT, "BG_E_INSUFFICIENT_RANGE_SUPPORT", "the server did not serve the range that was asked for", "check that 206 and Content-Range reach the client; dynamic content, proxies, firewalls and scanners drop them", srcReturn, true},
		{BG_E_REMOTE_NOT_SUPPORTED, "BG_E_REMOTE_NOT_SUPPORTED", "the method cannot be called from another computer", "run the program on the computer that has the job", srcReturn, true},
		{BG_E_NEW_OWNER_DIFF_MAPPING, "BG_E_NEW_OWNER_DIFF_MAPPING", "the new owner's drive letters lead elsewhere", "map the drives alike before TakeOwnership", srcReturn, true},
		{BG_E_NEW_OWNER_NO_FILE_ACCESS, "BG_E_NEW_OWNER_NO_FILE_ACCESS", "the new owner may not use the job's files", "give the new owner access to the local files", srcReturn, true},
		{BG_E_PROXY_LIST_TOO_LARGE, "BG_E_PROXY_LIST_TOO_LARGE", "the proxy list is too long", "shorten the list given to SetProxySettings", srcReturn, true},
		{BG_E_PROXY_BYPASS_LIST_TOO_LARGE, "BG_E_PROXY_BYPASS_LIST_TOO_LARGE", "the proxy bypass list is too long", "shorten the list given to SetProxySettings", srcReturn, true},
		{BG_E_INVALID_SERVER_RESPONSE, "BG_E_INVALID_SERVER_RESPONSE", "the server's answer does not fit the request", "compare Content-Range and multipart boundaries with the ranges asked for; merged or reordered ranges cause it", srcSDK, true},
		{BG_E_TOO_MANY_FILES, "BG_E_TOO_MANY_FILES", "an upload job can have one file only", "use one job for each file", srcReturn, true},
		{BG_E_LOCAL_FILE_CHANGED, "BG_E_LOCAL_FILE_CHANGED", "the file changed while it was uploaded", "leave the source alone until the job is done, then start again", srcReturn, true},
		{BG_E_ERROR_CONTEXT_REMOTE_APPLICATION, "BG_E_ERROR_CONTEXT_REMOTE_APPLICATION", "text for the context: the server application", "this is a description, not a cause", srcHeader, false},
		{BG_E_SESSION_NOT_FOUND, "BG_E_SESSION_NOT_FOUND", "the server does not know the upload session", "sessions end by time-out (14 days on IIS) or with the server; the client opens a new one", srcBUP, true},
		{BG_E_TOO_LARGE, "BG_E_TOO_LARGE", "the file is larger than the server takes", "raise BITSMaximumUploadSize on the virtual directory", srcReturn, true},
		{BG_E_STRING_TOO_LONG, "BG_E_STRING_TOO_LONG", "a string is longer than allowed", "shorten the name, URL or description", srcReturn, true},
		{BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH, "BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH", "client and server share no upload protocol", "check the server's BITS extension", srcReturn, true},
		{BG_E_SERVER_EXECUTE_ENABLE, "BG_E_SERVER_EXECUTE_ENABLE", "the upload directory allows scripts or programs to run", "take script and execute rights from the virtual directory", srcReturn, true},
		{BG_E_NO_PROGRESS, "BG_E_NO_PROGRESS", "no progress was made for the no-progress time-out", "read the error before this one; Resume starts the time anew", srcHeader, false},
		{BG_E_USERNAME_TOO_LARGE, "BG_E_USERNAME_TOO_LARGE", "the user name is longer than 300 characters", "shorten the name given to SetCredentials", srcReturn, true},
		{BG_E_PASSWORD_TOO_LARGE, "BG_E_PASSWORD_TOO_LARGE", "the password is longer than 65,535 characters", "shorten the password given to SetCredentials", srcReturn, true},
		{BG_E_INVALID_AUTH_TARGET, "BG_E_INVALID_AUTH_TARGET", "the credentials' target is neither server nor proxy", "use BG_AUTH_TARGET_SERVER or BG_AUTH_TARGET_PROXY", srcReturn, true},
		{BG_E_INVALID_AUTH_SCHEME, "BG_E_INVALID_AUTH_SCHEME", "the credentials' scheme is unknown", "use a value of BG_AUTH_SCHEME", srcReturn, true},
		{BG_E_FILE_NOT_FOUND, "BG_E_FILE_NOT_FOUND", "the file is not part of the job", "check the file that the call names", srcHeader, false},
		{BG_E_INVALID_RANGE, "BG_E_INVALID_RANGE", "a range lies outside the file", "compare offset and length with the size that the server states", srcReturn, true},
		{BG_E_OVERLAPPING_RANGES, "BG_E_OVERLAPPING_RANGES", "two ranges of a file overlap", "give each byte in one range only", srcReturn, true},
		{BG_E_CONNECT_FAILURE, "BG_E_CONNECT_FAILURE", "the connection could not be made", "check name, port, proxy and firewall", srcHeader, false},
		{BG_E_CONNECTION_CLOSED, "BG_E_CONNECTION_CLOSED", "the connection closed before the answer was complete", "look for a server, proxy or firewall that drops idle or long connections", srcHeader, false},
		{BG_E_BLOCKED_BY_POLICY, "BG_E_BLOCKED_BY_POLICY", "a group policy sets the background bandwidth to zero now", "the job goes on when the policy's window ends", srcReturn, true},
		{BG_E_INVALID_PROXY_INFO, "BG_E_INVALID_PROXY_INFO", "the proxy or bypass list cannot be read", "check syntax: [protocol=][protocol://]server[:port], separated by spaces", srcReturn, true},
		{BG_E_INVALID_CREDENTIALS, "BG_E_INVALID_CREDENTIALS", "the credentials' format is not valid", "check user name and domain as given to SetCredentials", srcReturn, true},
		{BG_E_INVALID_HASH_ALGORITHM, "BG_E_INVALID_HASH_ALGORITHM", "the hash algorithm is not known", "use an algorithm that this Windows has", srcHeader, false},
		{BG_E_RECORD_DELETED, "BG_E_RECORD_DELETED", "the record is no longer in the peer cache", "list the cache again", srcReturn, true},
		{BG_E_COMMIT_IN_PROGRESS, "BG_E_COMMIT_IN_PROGRESS", "the peer cache is writing the record now", "call again later", srcHeader, false},
		{BG_E_DISCOVERY_IN_PROGRESS, "BG_E_DISCOVERY_IN_PROGRESS", "peers are being looked for now", "call again later", srcHeader, false},
		{BG_E_UPNP_ERROR, "BG_E_UPNP_ERROR", "the internet gateway did not answer a UPnP request", "BITS falls back to the network card's counters", srcReturn, true},
		{BG_E_TEST_OPTION_BLOCKED_DOWNLOAD, "BG_E_TEST_OPTION_BLOCKED_DOWNLOAD", "a test setting blocked the download from the origin", "remove the test setting", srcHeader, false},
		{BG_E_PEERCACHING_DISABLED, "BG_E_PEERCACHING_DISABLED", "peer caching is turned off", "turn it on by policy or IBitsPeerCacheAdministration", srcReturn, true},
		{BG_E_BUSYCACHERECORD, "BG_E_BUSYCACHERECORD", "the peer cache record is in use", "call again later", srcReturn, true},
		{BG_E_TOO_MANY_JOBS_PER_USER, "BG_E_TOO_MANY_JOBS_PER_USER", "the user has reached the number of jobs allowed", "complete or cancel jobs, or raise MaxJobsPerUser (BITS 3.0 and later)", srcReturn, true},
		{BG_E_TOO_MANY_JOBS_PER_MACHINE, "BG_E_TOO_MANY_JOBS_PER_MACHINE", "the computer has reached the number of jobs allowed", "complete or cancel jobs, or raise MaxJobsPerMachine (BITS 3.0 and later)", srcReturn, true},
		{BG_E_TOO_MANY_FILES_IN_JOB, "BG_E_TOO_MANY_FILES_IN_JOB", "the job has reached the number of files allowed", "use more jobs, or raise MaxFilesPerJob (BITS 3.0 and later)", srcReturn, true},
		{BG_E_TOO_MANY_RANGES_IN_FILE, "BG_E_TOO_MANY_RANGES_IN_FILE", "the file has reached the number of ranges allowed", "join ranges, or raise MaxRangesPerFile (BITS 3.0 and later)", srcReturn, true},
		{BG_E_VALIDATION_FAILED, "BG_E_VALIDATION_FAILED", "the program said that the file is not valid", "the bytes came from a peer or the origin; compare their hash", srcReturn, true},
		{BG_E_MAXDOWNLOAD_TIMEOUT, "BG_E_MAXDOWNLOAD_TIMEOUT", "the job was active longer than allowed", "raise MaxDownloadTime, or find what makes the transfer slow", srcReturn, true},
		{BG_E_TOKEN_REQUIRED, "BG_E_TOKEN_REQUIRED", "the call needs a helper token", "set a helper token on the job (BITS 4.0 and later)", srcHeader, false},
		{BG_E_UNKNOWN_PROPERTY_ID, "BG_E_UNKNOWN_PROPERTY_ID", "no such job property", "check the property against the BITS version", srcHeader, false},
		{BG_E_READ_ONLY_PROPERTY, "BG_E_READ_ONLY_PROPERTY", "the property cannot be written", "do not set it", srcHeader, false},
		{BG_E_BLOCKED_BY_COST_TRANSFER_POLICY, "BG_E_BLOCKED_BY_COST_TRANSFER_POLICY", "the network costs more than the job's cost policy allows", "the job goes on when a cheaper network is there", srcHeader, false},
		{BG_E_PROPERTY_SUPPORTED_FOR_DOWNLOAD_JOBS_ONLY, "BG_E_PROPERTY_SUPPORTED_FOR_DOWNLOAD_JOBS_ONLY", "the property is for download jobs only", "do not set it on an upload job", srcHeader, false},
		{BG_E_READ_ONLY_PROPERTY_AFTER_ADDFILE, "BG_E_READ_ONLY_PROPERTY_AFTER_ADDFILE", "the property cannot be written once the job has a file", "set it before AddFile", srcHeader, false},
		{BG_E_READ_ONLY_PROPERTY_AFTER_RESUME, "BG_E_READ_ONLY_PROPERTY_AFTER_RESUME", "the property cannot be written once the job was resumed", "set it before the first Resume", srcHeader, false},
		{BG_E_MAX_DOWNLOAD_SIZE_INVALID_VALUE, "BG_E_MAX_DOWNLOAD_SIZE_INVALID_VALUE", "the maximum download size is not valid", "check the value set on the job", srcHeader, false},
		{BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED, "BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED", "the maximum download size was reached", "raise the limit set on the job", srcHeader, false},
		{BG_E_STANDBY_MODE, "BG_E_STANDBY_MODE", "the computer is in connected standby", "the job goes on when the computer leaves it", srcHeader, false},
		{BG_E_USE_STORED_CREDENTIALS_NOT_SUPPORTED, "BG_E_USE_STORED_CREDENTIALS_NOT_SUPPORTED", "stored credentials are not supported for this target", "use them for the proxy, or set credentials on the job", srcHeader, false},
		{BG_E_BLOCKED_BY_BATTERY_POLICY, "BG_E_BLOCKED_BY_BATTERY_POLICY", "a battery policy holds the transfer", "the job goes on with mains power", srcHeader, false},
		{BG_E_BLOCKED_BY_BATTERY_SAVER, "BG_E_BLOCKED_BY_BATTERY_SAVER", "the battery saver holds the transfer", "the job goes on when the saver is off", srcHeader, false},
		{BG_E_WATCHDOG_TIMEOUT, "BG_E_WATCHDOG_TIMEOUT", "the BITS watchdog ended the wait", "look for what held the service", srcHeader, false},
		{BG_E_APP_PACKAGE_NOT_FOUND, "BG_E_APP_PACKAGE_NOT_FOUND", "the app package of the job is not installed", "install the package, or cancel the job", srcHeader, false},
		{BG_E_APP_PACKAGE_SCENARIO_NOT_SUPPORTED, "BG_E_APP_PACKAGE_SCENARIO_NOT_SUPPORTED", "app packages cannot do this", "use a desktop program", srcHeader, false},
		{BG_E_DATABASE_CORRUPT, "BG_E_DATABASE_CORRUPT", "the job database was damaged and made anew", "create the jobs again; look for orphaned BIT*.tmp files", srcHeader, false},
		{BG_E_RANDOM_ACCESS_NOT_SUPPORTED, "BG_E_RANDOM_ACCESS_NOT_SUPPORTED", "the server does not support random access", "on-demand jobs need a server with ranges", srcHeader, false},
		{BG_E_BLOCKED_BY_BACKGROUND_ACCESS_POLICY, "BG_E_BLOCKED_BY_BACKGROUND_ACCESS_POLICY", "the app may not run in the background", "allow it in the system's settings", srcHeader, false},
		{BG_E_BLOCKED_BY_GAME_MODE, "BG_E_BLOCKED_BY_GAME_MODE", "game mode holds the transfer", "the job goes on when the game ends", srcHeader, false},
		{BG_E_BLOCKED_BY_SYSTEM_POLICY, "BG_E_BLOCKED_BY_SYSTEM_POLICY", "a system policy holds the transfer", "look at the policies of BITS and of the system", srcHeader, false},
		{BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD, "BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD", "a job with its own HTTP method cannot do this", "use GET", srcHeader, false},
		{BG_E_UNSUPPORTED_JOB_CONFIGURATION, "BG_E_UNSUPPORTED_JOB_CONFIGURATION", "the job's settings cannot be combined", "check the properties set on the job", srcHeader, false},
		{BG_E_REMOTE_FILE_CHANGED, "BG_E_REMOTE_FILE_CHANGED", "the file changed on the server during an on-demand transfer", "start again; ordinary downloads restart the file silently", srcHeader, false},
		{BG_E_SERVER_CERT_VALIDATION_INTERFACE_REQUIRED, "BG_E_SERVER_CERT_VALIDATION_INTERFACE_REQUIRED", "certificate callbacks need the callback interface", "set IBackgroundCopyServerCertificateValidationCallback", srcHeader, false},
		{BG_E_READ_ONLY_WHEN_JOB_ACTIVE, "BG_E_READ_ONLY_WHEN_JOB_ACTIVE", "the property cannot be written while the job is active", "Suspend first", srcHeader, false},
		{BG_E_ERROR_CONTEXT_SERVER_CERTIFICATE_CALLBACK, "BG_E_ERROR_CONTEXT_SERVER_CERTIFICATE_CALLBACK", "text for the context: the certificate callback", "this is a description, not a cause", srcHeader, false},
		{MC_JOB_CANCELLED, "MC_JOB_CANCELLED", "event: a job was cancelled", "look at the BITS entry in the event log", srcHeader, false},
		{MC_FILE_DELETION_FAILED, "MC_FILE_DELETION_FAILED", "event: temporary files could not be deleted", "look at the BITS entry in the event log", srcHeader, false},
		{MC_FILE_DELETION_FAILED_MORE, "MC_FILE_DELETION_FAILED_MORE", "event: more temporary files could not be deleted", "look at the BITS entry in the event log", srcHeader, false},
		{MC_JOB_PROPERTY_CHANGE, "MC_JOB_PROPERTY_CHANGE", "event: a job's property was changed", "look at the BITS entry in the event log", srcHeader, false},
		{MC_JOB_TAKE_OWNERSHIP, "MC_JOB_TAKE_OWNERSHIP", "event: a job got a new owner", "look at the BITS entry in the event log", srcHeader, false},
		{MC_JOB_SCAVENGED, "MC_JOB_SCAVENGED", "event: a job was cancelled for inactivity", "look at the BITS entry in the event log", srcHeader, false},
		{MC_JOB_NOTIFICATION_FAILURE, "MC_JOB_NOTIFICATION_FAILURE", "event: the program could not be notified", "look at the BITS entry in the event log", srcHeader, false},
		{MC_STATE_FILE_CORRUPT, "MC_STATE_FILE_CORRUPT", "event: the job store could not be read and was made anew", "look at the BITS entry in the event log", srcHeader, false},
		{MC_FAILED_TO_START, "MC_FAILED_TO_START", "event: the BITS service did not start", "look at the BITS entry in the event log", srcHeader, false},
		{MC_FATAL_IGD_ERROR, "MC_FATAL_IGD_ERROR", "event: an error of the internet gateway device", "look at the BITS entry in the event log", srcHeader, false},
	}
}
