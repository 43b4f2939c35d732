// What the help says of each command: what it is for, its arguments, its options, and what its exit status means. Commands
// are named as they are called; `pki init` is a part of `pki`.

import type { Texts } from '../core/message/language.ts';

/** What an exit status means; a command may say it in its own words. */
export type ExitName = 'done' | 'failed' | 'undecided' | 'usage' | 'unavailable' | 'internal';

export interface CommandWords {
  readonly about: Texts;
  readonly argument?: Texts;
  /** Beside or in place of the options that many commands have. */
  readonly options?: Readonly<Record<string, Texts>>;
  /** Absent for a command that only has parts. */
  readonly exits?: Readonly<Partial<Record<ExitName, Texts>>>;
}

/** In no particular command's words. */
export const EXITS: Readonly<Record<ExitName, Texts>> = {
  done: { vi: 'đã xong', en: 'done' },
  failed: { vi: 'không đạt', en: 'failed' },
  undecided: {
    vi: 'chưa kết luận được: còn thiếu một căn cứ',
    en: 'undecided: a fact is missing, nothing is proved either way',
  },
  usage: {
    vi: 'dùng lệnh sai (sai tên lệnh hoặc tùy chọn, sai giá trị, không đọc được tệp)',
    en: 'wrong usage (unknown command or option, bad value, unreadable file)',
  },
  unavailable: {
    vi: 'không kết nối được hệ thống liên thông, cơ sở dữ liệu hoặc hàng đợi',
    en: 'the gateway, the database or the broker cannot be reached',
  },
  internal: { vi: 'lỗi của chương trình', en: 'a fault of this program' },
};

const NO_DATABASE = { vi: 'không kết nối được cơ sở dữ liệu', en: 'the database cannot be reached' };
const NO_GATEWAY = { vi: 'không kết nối được hệ thống liên thông', en: 'the gateway cannot be reached' };
const NOT_THERE = { vi: 'không có, hoặc không phải của bên hỏi', en: 'not found, or not yours' };
const MADE = { vi: 'đã xong, hoặc đã có sẵn như vậy', en: 'done, or so already' };

/** Options that mean the same in many commands. */
export const OPTIONS: Readonly<Record<string, Texts>> = {
  json: {
    vi: 'chỉ in một đối tượng JSON ra đầu ra chuẩn',
    en: 'print one JSON object and nothing else on standard output',
  },
  lang: { vi: 'ngôn ngữ của mọi câu chữ', en: 'language of texts people read' },
  config: { vi: 'tệp JSON chứa các thiết lập (LIENTHONG_CONFIG)', en: 'JSON file with settings (LIENTHONG_CONFIG)' },
  data: { vi: 'thư mục dữ liệu (LIENTHONG_DATA_DIR)', en: 'data folder (LIENTHONG_DATA_DIR)' },
  credentials: {
    vi: 'tệp JSON có địa chỉ hệ thống, mã và mật khẩu của bên gọi',
    en: 'JSON file with gateway, client and secret',
  },
  gateway: { vi: 'địa chỉ của hệ thống liên thông', en: 'address of the gateway' },
  client: { vi: 'mã của bên gọi', en: 'client id' },
  'secret-file': { vi: 'tệp chứa mật khẩu của bên gọi', en: 'file that holds the client secret' },
  patience: {
    vi: 'thử lại trong bấy nhiêu giây khi không kết nối được hệ thống',
    en: 'go on trying this long when the gateway cannot be reached',
  },
  folder: { vi: 'nơi để nơi cấp và các khóa', en: 'where authority and keys lie' },
  key: { vi: 'loại khóa tạo mới', en: 'kind of a new key' },
  'crl-days': { vi: 'số ngày đến danh sách thu hồi kế tiếp', en: 'days until the next list' },
  organisation: { vi: 'mã định danh của cơ quan', en: 'code of the organisation' },
  trust: {
    vi: 'chứng thư số được tin cậy: tệp PEM hoặc DER, hoặc thư mục chứa chúng',
    en: 'trusted certificates: PEM or DER files, or folders of them',
  },
  intermediates: {
    vi: 'chứng thư số của các nơi cấp trung gian: tệp hoặc thư mục',
    en: 'certificates of authorities in between: files, or folders of them',
  },
  crl: { vi: 'danh sách thu hồi: tệp hoặc thư mục', en: 'revocation lists: files, or folders of them' },
  ocsp: { vi: 'trả lời OCSP: tệp hoặc thư mục', en: 'OCSP answers: files, or folders of them' },
  revocation: {
    vi: 'các nơi cấp được tin cậy không công bố danh sách thu hồi',
    en: 'the trusted authorities publish no revocation lists',
  },
  at: {
    vi: 'xét chứng thư số tại thời điểm này (dạng ISO) thay cho hiện tại',
    en: 'judge certificates at this ISO instant instead of now',
  },
};

const VERIFYING = {
  done: { vi: 'đạt', en: 'passed' },
  failed: { vi: 'không đạt', en: 'failed' },
  undecided: {
    vi: 'chưa kết luận được: còn thiếu một căn cứ (thường là danh sách thu hồi)',
    en: 'undecided: a fact is missing (a revocation list, mostly)',
  },
};

export const COMMANDS: Readonly<Record<string, CommandWords>> = {
  '': {
    about: {
      vi: 'Liên thông: hệ thống trao đổi văn bản điện tử có ký số giữa các cơ quan nhà nước',
      en: 'Lienthong: gateway for signed electronic documents of public agencies',
    },
    options: {
      version: { vi: 'in phiên bản của chương trình, Node và lược đồ', en: 'print version, commit, Node and schema' },
    },
  },
  serve: {
    about: { vi: 'Chạy hệ thống liên thông', en: 'Run the gateway' },
    options: {
      roles: {
        vi: 'các phần việc: api, worker, scheduler; không ghi thì làm cả ba (LIENTHONG_ROLES)',
        en: 'api, worker, scheduler; all without it (LIENTHONG_ROLES)',
      },
      host: { vi: 'địa chỉ nhận kết nối (LIENTHONG_HTTP_HOST)', en: 'address to listen on (LIENTHONG_HTTP_HOST)' },
      port: { vi: 'cổng nhận kết nối (LIENTHONG_HTTP_PORT)', en: 'port to listen on (LIENTHONG_HTTP_PORT)' },
    },
    exits: {
      done: { vi: 'đã dừng đúng thứ tự', en: 'stopped in order' },
      unavailable: {
        vi: 'thư mục dữ liệu hoặc cổng đang được dùng, hoặc không kết nối được một phần cần thiết',
        en: 'data folder or port in use, or a part it needs cannot be reached',
      },
    },
  },
  demo: {
    about: {
      vi: 'Trình diễn một văn bản có ký số đi qua hệ thống trên máy này',
      en: 'Show a signed document crossing the gateway on this machine',
    },
    options: {
      exit: {
        vi: 'kết thúc sau bước cuối; trạng thái 0 chỉ khi mọi bước đúng như đã báo',
        en: 'end after the last step; status 0 only if every step came out as told',
      },
      data: { vi: 'thư mục dữ liệu của buổi trình diễn', en: 'data folder of the demonstration' },
      port: {
        vi: 'cổng của hệ thống trình diễn; không ghi thì lấy một cổng trống',
        en: 'port of its gateway; a free one without it',
      },
      patience: { vi: 'số giây chờ lâu nhất cho một bước', en: 'longest wait of a step' },
      credentials: {
        vi: 'chạy với một hệ thống đang có sẵn, dưới các tài khoản này',
        en: 'run against a gateway that is there already, as these clients',
      },
      gateway: {
        vi: 'địa chỉ của hệ thống đó, thay cho địa chỉ trong tệp',
        en: 'its address, in place of the one in the file',
      },
      ledgers: {
        vi: 'nơi các bên nhận ghi lại những gì đã nhận',
        en: 'where the receivers write down what they took',
      },
    },
    exits: {
      done: { vi: 'mọi bước đúng như đã báo', en: 'every step came out as told' },
      failed: { vi: 'có bước không đúng', en: 'a step did not' },
      unavailable: { vi: 'thư mục dữ liệu hoặc cổng đang được dùng', en: 'data folder or port in use' },
    },
  },
  migrate: {
    about: {
      vi: 'Nâng lược đồ cơ sở dữ liệu lên bản của chương trình này',
      en: "Bring the database's schema up to this program",
    },
    exits: {
      done: { vi: 'đã nâng, hoặc không có gì phải nâng', en: 'applied, or nothing to change' },
      unavailable: {
        vi: 'không kết nối được cơ sở dữ liệu, hoặc lược đồ mới hơn chương trình này',
        en: 'the database cannot be reached, or is newer than this program',
      },
    },
  },
  registry: { about: { vi: 'Danh bạ cơ quan, kết nối và tin cậy', en: 'Organisations, connections and trust' } },
  'registry apply': {
    about: { vi: 'Nạp danh bạ theo một tệp', en: 'Make the registry what a file says' },
    argument: {
      vi: 'tệp danh bạ: cơ quan, kết nối, bên gọi, tin cậy',
      en: 'registry file: organisations, connections, clients, trust',
    },
    exits: {
      done: { vi: 'đã nạp, hoặc không có gì thay đổi', en: 'applied, or nothing to change' },
      unavailable: NO_DATABASE,
    },
  },
  held: { about: { vi: 'Gói tin đang chờ kết luận', en: 'Messages that wait for a verdict' } },
  'held list': {
    about: {
      vi: 'Xem gói tin nào đang chờ kết luận, và chờ ai trả lời',
      en: 'What waits for a verdict, and whose silence it waits for',
    },
    exits: { done: { vi: 'đã liệt kê', en: 'listed' }, unavailable: NO_DATABASE },
  },
  'held release': {
    about: { vi: 'Cho một gói tin đi tiếp, có ghi là chưa kiểm tra', en: 'Let one go on its way, marked as unchecked' },
    argument: { vi: 'mã thông điệp', en: 'id of the message' },
    options: { reason: { vi: 'lý do, ghi vào nhật ký', en: 'why, for the audit log' } },
    exits: {
      done: { vi: 'đã quyết định', en: 'decided' },
      failed: { vi: 'không có gói tin chờ nào mang mã này', en: 'none of this id is held' },
      unavailable: NO_DATABASE,
    },
  },
  'held return': {
    about: { vi: 'Trả một gói tin về nơi gửi', en: 'Give one back to its sender' },
    argument: { vi: 'mã thông điệp', en: 'id of the message' },
    options: { reason: { vi: 'lý do, ghi vào nhật ký', en: 'why, for the audit log' } },
    exits: {
      done: { vi: 'đã quyết định', en: 'decided' },
      failed: { vi: 'không có gói tin chờ nào mang mã này', en: 'none of this id is held' },
      unavailable: NO_DATABASE,
    },
  },
  send: {
    about: { vi: 'Gửi một gói tin', en: 'Send one package' },
    argument: {
      vi: 'gói tin edXML, hoặc gói của cơ quan (ZIP)',
      en: 'edXML package or agency package (ZIP)',
    },
    options: {
      'idempotency-key': {
        vi: 'khóa của lần gửi này; không ghi thì lấy theo nội dung',
        en: 'key of this sending; made from the content without it',
      },
    },
    exits: {
      done: { vi: 'đã nhận, lần này hoặc trước đó', en: 'accepted, now or before' },
      failed: { vi: 'bị từ chối', en: 'refused' },
      unavailable: NO_GATEWAY,
    },
  },
  pull: {
    about: {
      vi: 'Lấy văn bản đang chờ trong hộp nhận và xác nhận đã lấy',
      en: 'Take what waits in the inbox and acknowledge it',
    },
    options: {
      into: { vi: 'nơi ghi các gói tin', en: 'where packages are written' },
      wait: { vi: 'số giây chờ văn bản đầu tiên', en: 'wait this long for a first one' },
    },
    exits: {
      done: { vi: 'đã lấy hết những gì có', en: 'everything there was is taken' },
      failed: { vi: 'hệ thống liên thông từ chối', en: 'the gateway refused' },
      unavailable: NO_GATEWAY,
    },
  },
  trace: {
    about: {
      vi: 'Tra cứu từng bản của một thông điệp đang ở đâu và đã qua những gì',
      en: 'Show where each copy of a message is, and what happened',
    },
    argument: { vi: 'mã thông điệp', en: 'id of a message' },
    exits: { done: { vi: 'tìm thấy', en: 'found' }, failed: NOT_THERE, unavailable: NO_GATEWAY },
  },
  evidence: {
    about: {
      vi: 'Tải hồ sơ chứng cứ của kết luận về một thông điệp',
      en: 'Fetch everything that proves the verdict on a message',
    },
    argument: { vi: 'mã thông điệp', en: 'id of a message' },
    options: { out: { vi: 'tệp hồ sơ sẽ ghi (.asice)', en: 'file of the container (.asice)' } },
    exits: { done: { vi: 'đã tải', en: 'fetched' }, failed: NOT_THERE, unavailable: NO_GATEWAY },
  },
  verify: {
    about: {
      vi: 'Xác minh một gói tin; không cần cơ sở dữ liệu và mạng',
      en: 'Verify a package; needs no database and no network',
    },
    argument: {
      vi: 'gói tin edXML, tệp PDF hoặc hồ sơ chứng cứ (.asice)',
      en: 'edXML package, PDF file or evidence container (.asice)',
    },
    options: {
      'gateway-key': {
        vi: 'khóa hoặc chứng thư số của hệ thống đã lập hồ sơ chứng cứ',
        en: 'keys or certificates of the gateway that made an evidence container',
      },
      profile: {
        vi: 'chữ ký nào quyết định: của gói tin (strict; legacy-sha1 nếu chấp nhận RSA-SHA1), hay của văn bản (document, axis)',
        en: 'what decides: the package signature (strict; legacy-sha1 with RSA-SHA1), those of the documents (document, axis)',
      },
    },
    exits: VERIFYING,
  },
  convert: {
    about: { vi: 'Chuyển một gói tin sang định dạng khác', en: 'Put a package into another form' },
    argument: {
      vi: 'gói tin edXML, dạng JSON hoặc gói của cơ quan (ZIP); phải là tệp, không phải đường ống',
      en: 'edXML package, JSON form or agency package (ZIP); a file, not a pipe',
    },
    options: {
      to: { vi: 'định dạng của kết quả', en: 'form of the result' },
      out: {
        vi: 'tệp kết quả; không ghi thì in ra đầu ra chuẩn',
        en: 'file of the result; standard output without it',
      },
      force: { vi: 'ghi đè lên tệp đã có', en: 'write over what is there' },
      files: {
        vi: 'nơi có các tệp mà văn bản JSON chỉ nêu tên',
        en: 'where the files lie that a JSON text names without their content',
      },
    },
    exits: {
      done: { vi: 'đã chuyển', en: 'converted' },
      failed: {
        vi: 'không đọc được gói tin, hoặc không chuyển được sang dạng đó',
        en: 'the package cannot be read, or not be put so',
      },
    },
  },
  pki: {
    about: {
      vi: 'Khóa, chứng thư số và nơi cấp để thử nghiệm',
      en: 'Development authority, organisation keys, certificate paths',
    },
  },
  'pki init': {
    about: { vi: 'Lập nơi cấp và danh sách thu hồi của nó', en: 'Make the authority and its revocation list' },
    options: { name: { vi: 'tên của nơi cấp', en: 'name of the authority' } },
    exits: { done: MADE },
  },
  'pki issue': {
    about: { vi: 'Cấp chứng thư số ký cho một cơ quan', en: 'Issue a signing certificate to an organisation' },
    options: {
      name: { vi: 'tên của cơ quan', en: 'name of the organisation' },
      days: { vi: 'số ngày hiệu lực', en: 'days of validity' },
      renew: { vi: 'cấp lại với khóa cũ', en: 'issue anew with the same key' },
    },
    exits: { done: MADE },
  },
  'pki revoke': {
    about: {
      vi: 'Thu hồi chứng thư số của một cơ quan và công bố danh sách',
      en: "Revoke an organisation's certificate and publish the list",
    },
    options: {
      reason: {
        vi: 'lý do theo RFC 5280, ví dụ keyCompromise',
        en: 'a reason of RFC 5280, such as keyCompromise',
      },
    },
    exits: { done: MADE },
  },
  'pki crl': {
    about: { vi: 'Công bố danh sách thu hồi mới', en: 'Publish a new revocation list' },
    exits: { done: MADE },
  },
  'pki path': {
    about: {
      vi: 'Xác minh riêng một chứng thư số; không cần cơ sở dữ liệu và mạng',
      en: 'Verify a certificate by itself; needs no database and no network',
    },
    argument: {
      vi: 'chứng thư số PEM hoặc DER; các chứng thư số sau nó trong tệp giúp tìm đường dẫn',
      en: 'certificate, PEM or DER; others behind it in the file help to find its path',
    },
    options: {
      purpose: { vi: 'chứng thư số được dùng để làm gì', en: 'what the certificate shall serve' },
      policy: {
        vi: 'chính sách chứng thư, một trong số đó phải đúng trên cả đường dẫn',
        en: 'certificate policies, one of which must hold along the whole path',
      },
    },
    exits: VERIFYING,
  },
  'pki horizon': {
    about: {
      vi: 'Báo những gì trong danh bạ sắp hết hạn, và văn bản của ai sẽ bị dừng',
      en: 'Tell what of the registry ends when, and whose documents it stops',
    },
    options: { days: { vi: 'xem trước bao nhiêu ngày', en: 'how far to look ahead' } },
    exits: { done: { vi: 'đã báo', en: 'told' }, unavailable: NO_DATABASE },
  },
  'verify-audit': {
    about: { vi: 'Kiểm tra nhật ký còn nguyên vẹn', en: 'Check that the audit log is whole' },
    options: {
      head: {
        vi: 'đỉnh nhật ký đã lưu ở nơi khác, như --json in ra',
        en: 'a head kept elsewhere, as --json prints it',
      },
      key: {
        vi: 'khóa công khai PEM hoặc chứng thư số đã ký các đỉnh',
        en: 'PEM public keys or certificates that signed heads',
      },
      trust: {
        vi: 'chứng thư số được tin cậy của nơi cấp dấu thời gian',
        en: 'trusted certificates of time-stamp authorities',
      },
      export: {
        vi: 'ghi đỉnh mới nhất có dấu thời gian thành các tệp cho openssl',
        en: 'write the newest stamped head as files for openssl',
      },
    },
    exits: {
      done: { vi: 'còn nguyên vẹn', en: 'whole' },
      failed: { vi: 'có dòng bị sửa, bị thiếu hoặc sai thứ tự', en: 'a row is changed, missing or out of order' },
      unavailable: NO_DATABASE,
    },
  },
  help: {
    about: {
      vi: 'In một trang tài liệu, hoặc cách dùng một lệnh',
      en: 'Print a page of the documentation, or the help of a command',
    },
    argument: { vi: 'tên trang hoặc lệnh', en: 'page or command' },
  },
};
