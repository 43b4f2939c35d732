// What each setting is for, by its path in the configuration file, and its value where nothing is set.

import type { Texts } from '../core/message/language.ts';

export const SETTING_WORDS: Readonly<Record<string, Texts>> = {
  dataDir: {
    vi: 'thư mục của cơ sở dữ liệu kèm theo, nội dung và khóa',
    en: 'folder for the embedded database, content and keys',
  },
  roles: { vi: 'các phần việc của tiến trình này', en: 'what this process does' },
  logLevel: { vi: 'mức thấp nhất của dòng nhật ký được ghi', en: 'least important log lines to write' },
  'http.host': { vi: 'địa chỉ nhận kết nối', en: 'address to listen on' },
  'http.port': { vi: 'cổng nhận kết nối; 0: lấy một cổng trống', en: 'port to listen on; 0 takes a free one' },
  'http.publicUrl': {
    vi: 'địa chỉ mà nơi khác dùng để gọi hệ thống; ghi trong mã truy cập và biên nhận',
    en: 'address under which others reach the gateway; stands in tokens and receipts',
  },
  'http.hosts': { vi: 'các tên máy được phục vụ', en: 'host names that are served' },
  'http.problemBase': { vi: 'phần đầu của địa chỉ loại lỗi', en: 'what problem types begin with' },
  'http.maxPackageBytes': { vi: 'gói tin lớn nhất được nhận', en: 'largest package that is accepted' },
  'http.maxConcurrentUploads': {
    vi: 'số gói tin tiến trình này nhận cùng lúc',
    en: 'packages received at once by this process',
  },
  'http.maxConnections': { vi: 'số kết nối mạng đang mở của tiến trình này', en: 'open sockets of this process' },
  'http.requestsPerSecond': {
    vi: 'số yêu cầu mỗi giây của một kết nối, do tiến trình này đếm',
    en: 'requests of one connection, counted by this process',
  },
  'http.idleSeconds': {
    vi: 'số giây im lặng giữa một yêu cầu thì bỏ yêu cầu đó',
    en: 'silence within a request after which it is given up',
  },
  'http.requestSeconds': {
    vi: 'số giây lâu nhất để một yêu cầu đến đủ',
    en: 'longest time one request may take to arrive',
  },
  'database.url': { vi: 'PostgreSQL 14 trở lên, với vai trò chạy', en: 'PostgreSQL 14 or newer, with the run role' },
  'database.migrateUrl': {
    vi: 'cùng cơ sở dữ liệu với vai trò nâng cấp, cho `lienthong migrate`',
    en: 'the same database with the migrate role, for `lienthong migrate`',
  },
  'database.connections': {
    vi: 'số kết nối cơ sở dữ liệu của tiến trình này',
    en: 'database connections of this process',
  },
  'broker.url': { vi: 'RabbitMQ, amqp:// hoặc amqps://', en: 'RabbitMQ, amqp:// or amqps://' },
  'broker.shards': {
    vi: 'số hàng đợi chia công việc; phải như nhau ở mọi tiến trình',
    en: 'quorum queues the work is spread over; the same in every process',
  },
  'content.directory': { vi: 'thư mục của các gói tin trên 64 KB', en: 'folder for packages larger than 64 KB' },
  'content.endpoint': {
    vi: 'kho lưu tương thích S3, thay cho thư mục',
    en: 'S3-compatible store instead of the folder',
  },
  'content.region': { vi: 'vùng của kho đó', en: 'its region' },
  'content.bucket': { vi: 'ngăn chứa của kho đó', en: 'its bucket' },
  'content.prefix': { vi: 'phần đầu của tên các mục lưu', en: 'what keys begin with' },
  'content.accessKeyId': { vi: 'mã khóa truy cập của kho đó', en: 'its access key' },
  'content.secretAccessKey': { vi: 'khóa bí mật của kho đó', en: 'its secret key' },
  'scanner.url': {
    vi: 'bộ quét mã độc: clamd://máy:cổng, clamd:///đường/dẫn/socket, hoặc command:///đường/dẫn/chương-trình?arg=-',
    en: 'malware scanner: clamd://host:port, clamd:///path/of/socket, or command:///path/of/program?arg=-',
  },
  'held.parkAfter': {
    vi: 'số giây một gói tin chờ nơi cấp trả lời trước khi hỏi người quản trị',
    en: 'how long a message waits for an authority before a person is asked',
  },
  'revocation.allow': {
    vi: 'các máy được phép lấy dữ liệu thu hồi; địa chỉ nội bộ phải ghi cả cổng',
    en: 'hosts that revocation data of certificates may be fetched from; an inner address with its port',
  },
  'signing.keyPath': {
    vi: 'tệp PEM của khóa P-256 ký biên nhận',
    en: 'PEM file of the P-256 key that signs receipts',
  },
  'signing.certificatePath': {
    vi: 'tệp PEM chứa chứng thư số của khóa đó và chuỗi cấp',
    en: "PEM file of that key's certificate and chain",
  },
  'signing.pkcs12Path': {
    vi: 'tệp PKCS#12 chứa khóa và chứng thư số, dùng thay',
    en: 'PKCS#12 file with key and certificates instead',
  },
  'signing.passphrase': { vi: 'mật khẩu của tệp đó', en: 'its passphrase' },
  'signing.pkcs11Library': {
    vi: 'thư viện PKCS#11 của thiết bị giữ khóa, dùng thay',
    en: 'PKCS#11 library of the hardware that keeps the key instead',
  },
  'signing.pkcs11Token': { vi: 'nhãn của thiết bị đó', en: 'label of its token' },
  'signing.pkcs11Key': {
    vi: 'nhãn của khóa riêng, hoặc `id:` và mã khóa bằng chữ số thập lục phân',
    en: "label of the private key, or `id:` and the key's id in hexadecimal digits",
  },
  'signing.pkcs11Pin': { vi: 'mã PIN của thiết bị', en: 'PIN of the token' },
  'signing.pkcs11PackageFolder': {
    vi: 'thư mục đã cài gói tùy chọn pkcs11js',
    en: 'folder in which the optional package pkcs11js was installed',
  },
  'signing.announced': {
    vi: 'các tệp PEM chứa khóa công khai hoặc chứng thư số công bố thêm tại /v1/keys: khóa kế tiếp, trước khi nó ký',
    en: 'PEM files of public keys or certificates to show at /v1/keys besides: the next key, before it signs',
  },
  'timeStamps.url': {
    vi: 'nơi cấp dấu thời gian (RFC 3161 qua HTTP) cho đỉnh nhật ký mỗi giờ và hồ sơ chứng cứ',
    en: 'time-stamp authority (RFC 3161 over HTTP) for the hourly heads of the audit chain and for evidence containers',
  },
  'tokens.key': {
    vi: 'PEM của khóa P-256 ký mã truy cập; phải như nhau ở mọi tiến trình',
    en: 'PEM of the P-256 key that signs access tokens; the same in every process',
  },
  'cursors.key': {
    vi: '64 chữ số thập lục phân bảo vệ con trỏ hộp nhận; phải như nhau ở mọi tiến trình',
    en: '64 hexadecimal digits that protect inbox cursors; the same in every process',
  },
};

/** Values by default that are sentences; any other says the same in every language. */
export const FALLBACK_WORDS: Readonly<Record<string, string>> = {
  'that of the public address, and loopback names': 'tên trong địa chỉ công bố, và các tên nội bộ của máy',
  'embedded PostgreSQL under the data folder': 'PostgreSQL kèm theo, trong thư mục dữ liệu',
  none: 'không',
  'embedded broker': 'hàng đợi kèm theo',
  '<data folder>/content': '<thư mục dữ liệu>/content',
  'none: attachments are not scanned': 'không: tệp đính kèm không được quét',
  'none: nothing is fetched': 'không: không lấy từ đâu',
  'made once in <data folder>/keys': 'tạo một lần trong <thư mục dữ liệu>/keys',
  "the gateway's own": 'của chính hệ thống',
  'none: both are only signed': 'không: cả hai chỉ được ký',
  'http://localhost:<port>': 'http://localhost:<cổng>',
};
