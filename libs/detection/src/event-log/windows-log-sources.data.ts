/**
 * How Windows names its logs, and what the Sigma community calls the same thing. Facts about Windows: the channels of
 * the event log, and the ids under which Sysmon, PowerShell, Defender and the audit policy report one kind of activity.
 */

/** Channel → Sigma's `service`. Channels are compared without regard to case. */
export const WINDOWS_SERVICES: Readonly<Record<string, string>> = {
  Application: 'application',
  Security: 'security',
  System: 'system',
  'DNS Server': 'dns-server',
  'MSExchange Management': 'msexchange-management',
  'Microsoft-IIS-Configuration/Operational': 'iis-configuration',
  'Microsoft-ServiceBus-Client/Admin': 'microsoft-servicebus-client',
  'Microsoft-ServiceBus-Client/Operational': 'microsoft-servicebus-client',
  'Microsoft-Windows-AppLocker/EXE and DLL': 'applocker',
  'Microsoft-Windows-AppLocker/MSI and Script': 'applocker',
  'Microsoft-Windows-AppLocker/Packaged app-Deployment': 'applocker',
  'Microsoft-Windows-AppLocker/Packaged app-Execution': 'applocker',
  'Microsoft-Windows-AppModel-Runtime/Admin': 'appmodel-runtime',
  'Microsoft-Windows-AppXDeploymentServer/Operational': 'appxdeployment-server',
  'Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant': 'application-experience',
  'Microsoft-Windows-Application-Experience/Program-Telemetry': 'application-experience',
  'Microsoft-Windows-AppxPackaging/Operational': 'appxpackaging-om',
  'Microsoft-Windows-BitLocker/BitLocker Management': 'bitlocker',
  'Microsoft-Windows-Bits-Client/Operational': 'bits-client',
  'Microsoft-Windows-CAPI2/Operational': 'capi2',
  'Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational':
    'certificateservicesclient-lifecycle-system',
  'Microsoft-Windows-CodeIntegrity/Operational': 'codeintegrity-operational',
  'Microsoft-Windows-DHCP-Server/Operational': 'dhcp',
  'Microsoft-Windows-DNS Client Events/Operational': 'dns-client',
  'Microsoft-Windows-DNS-Client/Operational': 'dns-client',
  'Microsoft-Windows-DNS-Server/Analytical': 'dns-server-analytic',
  'Microsoft-Windows-DNSServer/Analytical': 'dns-server-analytic',
  'Microsoft-Windows-Diagnosis-Scripted/Operational': 'diagnosis-scripted',
  'Microsoft-Windows-DriverFrameworks-UserMode/Operational': 'driver-framework',
  'Microsoft-Windows-Hyper-V-Worker': 'hyper-v-worker',
  'Microsoft-Windows-Kernel-EventTracing': 'kernel-event-tracing',
  'Microsoft-Windows-Kernel-ShimEngine/Diagnostic': 'kernel-shimengine',
  'Microsoft-Windows-Kernel-ShimEngine/Operational': 'kernel-shimengine',
  'Microsoft-Windows-LDAP-Client/Debug': 'ldap',
  'Microsoft-Windows-LSA/Operational': 'lsa-server',
  'Microsoft-Windows-NTLM/Operational': 'ntlm',
  'Microsoft-Windows-Ntfs/Operational': 'ntfs',
  'Microsoft-Windows-PowerShell/Operational': 'powershell',
  'Microsoft-Windows-PrintService/Admin': 'printservice-admin',
  'Microsoft-Windows-PrintService/Operational': 'printservice-operational',
  'Microsoft-Windows-SENSE/Operational': 'sense',
  'Microsoft-Windows-SMBServer/Connectivity': 'smbserver-connectivity',
  'Microsoft-Windows-Security-Mitigations/Kernel Mode': 'security-mitigations',
  'Microsoft-Windows-Security-Mitigations/User Mode': 'security-mitigations',
  'Microsoft-Windows-Shell-Core/Operational': 'shell-core',
  'Microsoft-Windows-SmbClient/Connectivity': 'smbclient-connectivity',
  'Microsoft-Windows-SmbClient/Security': 'smbclient-security',
  'Microsoft-Windows-Sysmon/Operational': 'sysmon',
  'Microsoft-Windows-TaskScheduler/Operational': 'taskscheduler',
  'Microsoft-Windows-TerminalServices-LocalSessionManager/Operational':
    'terminalservices-localsessionmanager',
  'Microsoft-Windows-VHDMP/Operational': 'vhdmp',
  'Microsoft-Windows-WMI-Activity/Operational': 'wmi',
  'Microsoft-Windows-Windows Defender/Operational': 'windefend',
  'Microsoft-Windows-Windows Firewall With Advanced Security/Firewall': 'firewall-as',
  'OpenSSH/Operational': 'openssh',
  'PowerShellCore/Operational': 'powershell',
  'Windows PowerShell': 'powershell-classic',
};

/** A kind of activity that a Windows log reports. */
export interface WindowsCategory {
  /** Sigma's `category`. */
  readonly category: string;
  readonly service: string;
  readonly eventIds: readonly number[];
  /** What the field `EventType` must say, where one id reports several kinds. */
  readonly eventType?: string;
  /** Field by the name that rules of this category use → the name the log uses. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** Kinds of activity by service and event id. One event may be of several. */
export const WINDOWS_CATEGORIES: readonly WindowsCategory[] = [
  ...sysmon({
    process_creation: [1],
    file_change: [2],
    network_connection: [3],
    sysmon_status: [4, 16],
    process_termination: [5],
    driver_load: [6],
    image_load: [7],
    create_remote_thread: [8],
    raw_access_thread: [9],
    process_access: [10],
    file_event: [11],
    registry_event: [12, 13, 14],
    registry_set: [13],
    registry_rename: [14],
    create_stream_hash: [15],
    pipe_created: [17, 18],
    wmi_event: [19, 20, 21],
    dns_query: [22],
    file_delete: [23],
    clipboard_change: [24],
    process_tampering: [25],
    file_delete_detected: [26],
    file_block_executable: [27],
    file_block_shredding: [28],
    file_executable_detected: [29],
    sysmon_error: [255],
  }),
  { category: 'registry_add', service: 'sysmon', eventIds: [12], eventType: 'CreateKey' },
  { category: 'registry_delete', service: 'sysmon', eventIds: [12], eventType: 'DeleteKey' },
  { category: 'registry_delete', service: 'sysmon', eventIds: [12], eventType: 'DeleteValue' },
  {
    category: 'process_creation',
    service: 'security',
    eventIds: [4688],
    fields: { Image: 'NewProcessName', ParentImage: 'ParentProcessName' },
  },
  { category: 'ps_module', service: 'powershell', eventIds: [4103] },
  { category: 'ps_script', service: 'powershell', eventIds: [4104] },
  { category: 'ps_classic_start', service: 'powershell-classic', eventIds: [400] },
  { category: 'ps_classic_provider_start', service: 'powershell-classic', eventIds: [600] },
  { category: 'ps_classic_script', service: 'powershell-classic', eventIds: [800] },
  {
    // The events of Defender that name a threat or a path.
    category: 'antivirus',
    service: 'windefend',
    eventIds: [1006, 1007, 1008, 1009, 1010, 1011, 1012, 1017, 1018, 1019, 1115, 1116],
    fields: { Signature: 'ThreatName', Filename: 'Path' },
  },
];

function sysmon(categories: Readonly<Record<string, readonly number[]>>): WindowsCategory[] {
  return Object.entries(categories).map(([category, eventIds]) => ({
    category,
    service: 'sysmon',
    eventIds,
  }));
}
