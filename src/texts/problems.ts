// The texts of each problem for people: what happened, and what to do. Texts may be improved, codes are stable for
// ever. `{name}` in a text is filled from the facts.

import type { ProblemCode } from '../core/problems/problems.ts';

export interface ProblemTexts {
  readonly vi: string;
  readonly en: string;
  readonly todoVi: string;
  readonly todoEn: string;
}

export const PROBLEM_TEXTS: Readonly<Record<ProblemCode, ProblemTexts>> = {
  // HTTP and API. Names with an underscore are OAuth's own.
  'body-empty': {
    vi: 'Yêu cầu không có nội dung.',
    en: 'The request has no content.',
    todoVi: 'Kiểm tra hệ thống gửi đã kèm gói tin chưa rồi gửi lại.',
    todoEn: 'Check that the sending system attached the package, then send again.',
  },
  forbidden: {
    vi: 'Tài khoản này không có quyền thực hiện thao tác đã yêu cầu.',
    en: 'This account may not do what was asked.',
    todoVi: 'Đề nghị quản trị mạng cấp quyền nếu công việc được giao cần đến.',
    todoEn: 'Ask the network administrator for the right if your duties need it.',
  },
  'header-too-large': {
    vi: 'Phần tiêu đề của yêu cầu quá lớn.',
    en: 'The header part of the request is too large.',
    todoVi: 'Bỏ bớt các tiêu đề không cần thiết rồi gửi lại.',
    todoEn: 'Leave out headers that are not needed, then send again.',
  },
  'idempotency-key-invalid': {
    vi: 'Khóa chống gửi trùng không hợp lệ.',
    en: 'The idempotency key is not valid.',
    todoVi: 'Dùng khóa dài từ 1 đến {limit} ký tự, không chứa ký tự điều khiển.',
    todoEn: 'Use a key of 1 to {limit} characters without control characters.',
  },
  'idempotency-key-missing': {
    vi: 'Yêu cầu thiếu khóa chống gửi trùng mà kết nối này bắt buộc phải có.',
    en: 'The request lacks the idempotency key that this connection requires.',
    todoVi: 'Gửi kèm một khóa riêng cho mỗi gói tin trong tiêu đề Idempotency-Key.',
    todoEn: 'Send a key of its own for each package in the Idempotency-Key header.',
  },
  'idempotency-key-reused': {
    vi: 'Khóa chống gửi trùng này đã dùng cho một gói tin khác.',
    en: 'This idempotency key was already used for another package.',
    todoVi: 'Dùng khóa mới cho gói tin mới; chỉ giữ khóa cũ khi gửi lại đúng gói tin cũ.',
    todoEn: 'Take a new key for a new package; keep the old key only to resend the very same package.',
  },
  'internal-error': {
    vi: 'Hệ thống liên thông gặp lỗi ngoài dự kiến, yêu cầu chưa hoàn thành.',
    en: 'The gateway met an unexpected fault and did not complete the request.',
    todoVi: 'Tra nhật ký hệ thống theo mã của yêu cầu; bên gửi có thể gửi lại đúng gói tin cũ mà không sợ trùng.',
    todoEn: 'Look the request up in the log by its id; the sender may safely resend the very same package.',
  },
  invalid_client: {
    vi: 'Không xác thực được hệ thống xin cấp mã truy cập.',
    en: 'The system asking for an access token could not be authenticated.',
    todoVi: 'Kiểm tra mã hệ thống và khóa đã đăng ký; mỗi chứng minh danh tính chỉ được dùng một lần.',
    todoEn: 'Check the client id and the registered key or secret; each proof of identity may be used once only.',
  },
  invalid_request: {
    vi: 'Yêu cầu cấp mã truy cập thiếu tham số hoặc có tham số sai.',
    en: 'The access token request lacks a parameter or has a wrong one.',
    todoVi: 'Sửa yêu cầu theo tài liệu kết nối rồi gửi lại.',
    todoEn: 'Mend the request as the connection guide says, then send again.',
  },
  invalid_scope: {
    vi: 'Phạm vi quyền xin cấp không có hoặc không dành cho hệ thống này.',
    en: 'The scope asked for does not exist or is not granted to this system.',
    todoVi: 'Chỉ xin các quyền đã được cấp, hoặc đề nghị quản trị mạng cấp thêm.',
    todoEn: 'Ask only for granted scopes, or have the network administrator grant more.',
  },
  'malformed-json': {
    vi: 'Dữ liệu JSON sai cú pháp hoặc có khóa lặp lại (vị trí {offset}).',
    en: 'The JSON data has a syntax error or a repeated key (position {offset}).',
    todoVi: 'Sửa phần mềm xuất dữ liệu rồi gửi lại.',
    todoEn: 'Mend the software that writes the data, then send again.',
  },
  'malformed-text': {
    vi: 'Yêu cầu chứa ký tự không đúng bảng mã UTF-8.',
    en: 'The request contains characters that are not proper UTF-8.',
    todoVi: 'Xuất dữ liệu theo bảng mã UTF-8 rồi gửi lại.',
    todoEn: 'Write the data in UTF-8, then send again.',
  },
  'method-not-allowed': {
    vi: 'Thao tác này không áp dụng được cho địa chỉ đã gọi.',
    en: 'This operation does not apply to the address that was called.',
    todoVi: 'Dùng một trong các phương thức nêu ở tiêu đề Allow của câu trả lời.',
    todoEn: 'Use one of the methods named in the Allow header of the answer.',
  },
  'misdirected-request': {
    vi: 'Yêu cầu ghi một tên máy chủ mà hệ thống liên thông không phục vụ.',
    en: 'The request names a host that this gateway does not serve.',
    todoVi: 'Kiểm tra địa chỉ máy chủ trong cấu hình của hệ thống gửi.',
    todoEn: 'Check the server address in the settings of the sending system.',
  },
  'not-acceptable': {
    vi: 'Hệ thống liên thông không có kết quả ở định dạng được yêu cầu.',
    en: 'The gateway has no answer in the format asked for.',
    todoVi: 'Yêu cầu một định dạng nêu trong tài liệu kết nối.',
    todoEn: 'Ask for a format named in the connection guide.',
  },
  'not-found': {
    vi: 'Không tìm thấy nội dung được yêu cầu.',
    en: 'What was asked for was not found.',
    todoVi: 'Kiểm tra lại mã hoặc địa chỉ đã dùng; chỉ tra cứu được nội dung của cơ quan mình.',
    todoEn: 'Check the id or address; only content of your own organisation can be looked up.',
  },
  'parameter-duplicate': {
    vi: 'Tham số “{name}” được ghi nhiều lần.',
    en: 'The parameter “{name}” is given more than once.',
    todoVi: 'Ghi mỗi tham số đúng một lần rồi gửi lại.',
    todoEn: 'Give each parameter once, then send again.',
  },
  'payload-too-large': {
    vi: 'Gói tin lớn hơn giới hạn {limit} byte.',
    en: 'The package is larger than the limit of {limit} bytes.',
    todoVi: 'Giảm dung lượng tệp đính kèm hoặc tách thành nhiều lần gửi.',
    todoEn: 'Make the attachments smaller or send them in several packages.',
  },
  'range-not-satisfiable': {
    vi: 'Không trả được phần nội dung theo khoảng byte đã yêu cầu.',
    en: 'The byte range asked for cannot be served.',
    todoVi: 'Yêu cầu một khoảng nằm trong kích thước của gói tin, hoặc tải lại từ đầu.',
    todoEn: 'Ask for one range within the size of the package, or download it from the start.',
  },
  'rate-limited': {
    vi: 'Hệ thống này đã gọi quá nhiều lần trong thời gian ngắn.',
    en: 'This system called too often in a short time.',
    todoVi: 'Chờ {after} giây rồi gọi lại với nhịp chậm hơn.',
    todoEn: 'Wait {after} seconds, then call again at a slower pace.',
  },
  'request-in-progress': {
    vi: 'Một yêu cầu cùng khóa chống gửi trùng đang được xử lý.',
    en: 'A request with the same idempotency key is being handled.',
    todoVi: 'Chờ vài giây rồi gửi lại với cùng khóa để nhận biên nhận.',
    todoEn: 'Wait a few seconds, then send again with the same key to get the receipt.',
  },
  'request-invalid': {
    vi: 'Yêu cầu bị hỏng hoặc khai độ dài mâu thuẫn nên không đọc được.',
    en: 'The request is broken or states contradictory lengths, so it cannot be read.',
    todoVi: 'Kiểm tra phần mềm gửi và các thiết bị trung gian trên đường truyền.',
    todoEn: 'Check the sending software and the devices in between.',
  },
  'request-timeout': {
    vi: 'Quá thời gian chờ mà chưa nhận đủ nội dung của yêu cầu.',
    en: 'The whole request did not arrive in time.',
    todoVi: 'Kiểm tra đường truyền rồi gửi lại.',
    todoEn: 'Check the network, then send again.',
  },
  'service-unavailable': {
    vi: 'Hệ thống liên thông tạm thời chưa phục vụ được.',
    en: 'The gateway cannot serve for the moment.',
    todoVi: 'Kiểm tra tình trạng hệ thống; bên gửi thử lại sau ít phút.',
    todoEn: 'Check the state of the gateway; the sender tries again in a few minutes.',
  },
  'storage-full': {
    vi: 'Kho lưu trữ sắp đầy nên hệ thống liên thông tạm ngừng tiếp nhận gói tin mới.',
    en: 'Storage is nearly full, so the gateway takes no new packages for now.',
    todoVi: 'Bổ sung dung lượng lưu trữ; việc tiếp nhận tự mở lại khi đủ chỗ.',
    todoEn: 'Add storage; accepting starts again by itself when there is room.',
  },
  'token-binding': {
    vi: 'Mã truy cập này không được cấp cho kết nối đang dùng.',
    en: 'This access token was not issued for the connection that uses it.',
    todoVi: 'Xin mã truy cập mới bằng chính chứng thư số của kết nối này.',
    todoEn: 'Get a new access token with the certificate of this very connection.',
  },
  'token-expired': {
    vi: 'Mã truy cập đã hết hạn.',
    en: 'The access token has expired.',
    todoVi: 'Xin mã truy cập mới; nếu vẫn bị từ chối, kiểm tra đồng hồ của máy.',
    todoEn: 'Get a new access token; if it is still refused, check the clock of your machine.',
  },
  'token-in-query': {
    vi: 'Mã truy cập bị ghi trong địa chỉ gọi, là cách gửi không an toàn.',
    en: 'The access token stands in the address, which is not safe.',
    todoVi: 'Gửi mã truy cập trong tiêu đề Authorization và hủy mã vừa dùng.',
    todoEn: 'Send the token in the Authorization header and discard the one just used.',
  },
  unauthenticated: {
    vi: 'Chưa xác định được ai đang gửi yêu cầu.',
    en: 'It could not be established who sends the request.',
    todoVi: 'Đăng nhập lại, hoặc gửi kèm mã truy cập còn hạn và chứng thư số đã đăng ký nếu kết nối yêu cầu.',
    todoEn:
      'Log in again, or send a valid access token and, where the connection requires it, the enrolled certificate.',
  },
  'unsupported-media-type': {
    vi: 'Loại nội dung của yêu cầu không được hỗ trợ.',
    en: 'The content type of the request is not supported.',
    todoVi: 'Khai đúng loại nội dung, dùng bảng mã UTF-8 và không nén toàn bộ yêu cầu.',
    todoEn: 'State the right content type, use UTF-8 and do not compress the request as a whole.',
  },
  unsupported_grant_type: {
    vi: 'Cách xin mã truy cập này không được hỗ trợ.',
    en: 'This way of asking for an access token is not supported.',
    todoVi: 'Đặt grant_type là client_credentials rồi gửi lại.',
    todoEn: 'Set grant_type to client_credentials, then send again.',
  },
  'uri-too-long': {
    vi: 'Địa chỉ gọi quá dài.',
    en: 'The address called is too long.',
    todoVi: 'Rút ngắn điều kiện tìm kiếm hoặc chuyển dữ liệu vào phần nội dung của yêu cầu.',
    todoEn: 'Shorten the search conditions or move the data into the body of the request.',
  },

  // XML and envelope
  'attachments-duplicated': {
    vi: 'Gói tin có nhiều hơn một khối tệp đính kèm.',
    en: 'The package has more than one block of attachments.',
    todoVi: 'Gộp các tệp vào một khối đính kèm, ký lại rồi gửi lại.',
    todoEn: 'Put all files into one block, sign again and resend.',
  },
  'container-invalid': {
    vi: 'Tệp ZIP hoặc biểu mẫu nhiều phần của gói tin bị hỏng hoặc có cấu trúc không được phép.',
    en: 'The ZIP or the multipart form of the package is damaged, or built in a way that is not allowed.',
    todoVi: 'Tạo lại ZIP chỉ gồm metadata.json và các tệp, không mật khẩu, không thư mục, không tệp thừa, rồi gửi lại.',
    todoEn:
      'Make the ZIP again of metadata.json and the files alone, without password, folders or other files, then resend.',
  },
  'date-invalid': {
    vi: 'Ngày ở mục “{field}” không có thật hoặc nằm ngoài khoảng cho phép.',
    en: 'The date in “{field}” does not exist or is outside the allowed range.',
    todoVi: 'Sửa lại ngày cho đúng với văn bản rồi gửi lại.',
    todoEn: 'Set the date as it stands in the document, then resend.',
  },
  'envelope-duplicated': {
    vi: 'Gói tin có nhiều hơn một phần vỏ (edXMLEnvelope).',
    en: 'The package has more than one envelope (edXMLEnvelope).',
    todoVi: 'Kết xuất lại để mỗi gói tin chỉ có một phần vỏ rồi gửi lại.',
    todoEn: 'Export again so that each package has one envelope, then resend.',
  },
  'envelope-missing': {
    vi: 'Gói tin không có phần vỏ (edXMLEnvelope) của văn bản điện tử.',
    en: 'The package has no envelope (edXMLEnvelope) of an electronic document.',
    todoVi: 'Kiểm tra đã chọn đúng tệp văn bản điện tử chưa, kết xuất lại rồi gửi lại.',
    todoEn: 'Check that the right file was chosen, export it again and resend.',
  },
  'field-invalid': {
    vi: 'Giá trị ở mục “{field}” không hợp lệ.',
    en: 'The value in “{field}” is not valid.',
    todoVi: 'Sửa mục này theo quy định rồi gửi lại.',
    todoEn: 'Mend this field as the rules require, then resend.',
  },
  'field-missing': {
    vi: 'Thiếu thông tin bắt buộc ở mục “{field}”.',
    en: 'Required information is missing in “{field}”.',
    todoVi: 'Bổ sung thông tin còn thiếu rồi gửi lại.',
    todoEn: 'Add the missing information, then resend.',
  },
  'field-too-long': {
    vi: 'Nội dung mục “{field}” dài quá {limit} ký tự.',
    en: 'The text in “{field}” is longer than {limit} characters.',
    todoVi: 'Rút gọn nội dung mục này rồi gửi lại.',
    todoEn: 'Shorten this field, then resend.',
  },
  'id-duplicated': {
    vi: 'Nhiều phần trong gói tin dùng chung một mã định danh (Id).',
    en: 'Several parts of the package share one identifier (Id).',
    todoVi: 'Kết xuất lại gói tin với mã riêng cho từng phần, ký lại rồi gửi lại.',
    todoEn: 'Export the package with an identifier of its own for each part, sign again and resend.',
  },
  'metadata-missing': {
    vi: 'Gói tin không có phần metadata.json.',
    en: 'The package has no metadata.json.',
    todoVi: 'Thêm metadata.json theo lược đồ đã công bố vào gói tin rồi gửi lại.',
    todoEn: 'Add a metadata.json that follows the published schema, then resend.',
  },
  'schema-invalid': {
    vi: 'Dữ liệu ở mục “{field}” không đúng cấu trúc quy định.',
    en: 'The data at “{field}” does not have the prescribed structure.',
    todoVi: 'Kiểm tra phiên bản phần mềm kết xuất, sửa cấu trúc rồi gửi lại.',
    todoEn: 'Check the version of the exporting software, mend the structure and resend.',
  },
  'secrecy-forbidden': {
    vi: 'Văn bản có độ mật nên không được gửi qua hệ thống này.',
    en: 'The document is classified and must not be sent through this system.',
    todoVi: 'Không gửi lại; chuyển văn bản theo quy định về bảo vệ bí mật nhà nước và báo ngay cho quản trị mạng.',
    todoEn:
      'Do not resend; use the channel that the rules on state secrets prescribe and tell the network administrator at once.',
  },
  'xml-doctype-forbidden': {
    vi: 'Gói tin có khai báo DOCTYPE, là nội dung bị cấm vì lý do an toàn.',
    en: 'The package has a DOCTYPE declaration, which is forbidden for safety.',
    todoVi: 'Bỏ khai báo này trong phần mềm kết xuất rồi gửi lại.',
    todoEn: 'Remove the declaration in the exporting software, then resend.',
  },
  'xml-encoding-unsupported': {
    vi: 'Gói tin không dùng bảng mã UTF-8.',
    en: 'The package is not encoded in UTF-8.',
    todoVi: 'Chuyển phần mềm kết xuất sang bảng mã UTF-8 rồi gửi lại.',
    todoEn: 'Set the exporting software to UTF-8, then resend.',
  },
  'xml-limits': {
    vi: 'Cấu trúc gói tin lồng quá sâu hoặc có quá nhiều thành phần.',
    en: 'The package is nested too deeply or has too many parts.',
    todoVi: 'Kiểm tra phần mềm kết xuất; gói tin văn bản bình thường không đạt tới giới hạn này.',
    todoEn: 'Check the exporting software; an ordinary document never reaches this limit.',
  },
  'xml-not-well-formed': {
    vi: 'Gói tin bị hỏng hoặc không phải XML hợp lệ (byte {offset}).',
    en: 'The package is damaged or not well-formed XML (byte {offset}).',
    todoVi: 'Kết xuất lại gói tin rồi gửi lại.',
    todoEn: 'Export the package again and resend it.',
  },
  'xml-processing-instruction-forbidden': {
    vi: 'Gói tin có chỉ thị xử lý XML, là nội dung bị cấm vì lý do an toàn.',
    en: 'The package has an XML processing instruction, which is forbidden for safety.',
    todoVi: 'Bỏ chỉ thị này trong phần mềm kết xuất rồi gửi lại.',
    todoEn: 'Remove the instruction in the exporting software, then resend.',
  },
  'xml-version-unsupported': {
    vi: 'Gói tin khai báo phiên bản XML không được hỗ trợ.',
    en: 'The package declares an XML version that is not supported.',
    todoVi: 'Kết xuất lại theo XML phiên bản 1.0 rồi gửi lại.',
    todoEn: 'Export it again as XML version 1.0, then resend.',
  },

  // Signatures
  'envelope-unsigned': {
    vi: 'Phần vỏ gói tin không được ký số; việc chuyển dựa trên quyền của kết nối gửi.',
    en: 'The envelope is not signed; routing rests on the rights of the sending connection.',
    todoVi: 'Không cần làm gì; chữ ký số trên văn bản được xác minh riêng.',
    todoEn: 'Nothing to do; the signature on the document itself is verified separately.',
  },
  'signature-algorithm-forbidden': {
    vi: 'Chữ ký số dùng thuật toán không được chấp nhận ({algorithm}).',
    en: 'The signature uses an algorithm that is not accepted ({algorithm}).',
    todoVi: 'Ký lại bằng RSA hoặc ECDSA với SHA-256 trở lên rồi gửi lại.',
    todoEn: 'Sign again with RSA or ECDSA and SHA-256 or better, then resend.',
  },
  'signature-duplicated': {
    vi: 'Gói tin có nhiều hơn một chữ ký số.',
    en: 'The package has more than one signature.',
    todoVi: 'Chỉ để lại một chữ ký số bao trùm toàn bộ gói tin rồi gửi lại.',
    todoEn: 'Keep one signature that covers the whole package, then resend.',
  },
  'signature-invalid': {
    vi: 'Chữ ký số của gói tin không đúng: nội dung đã thay đổi sau khi ký hoặc chữ ký bị hỏng.',
    en: 'The signature of the package is wrong: the content changed after signing or the signature is damaged.',
    todoVi: 'Kết xuất và ký lại từ bản gốc, không sửa gói tin sau khi ký, rồi gửi lại.',
    todoEn: 'Export and sign again from the original, leave the package unchanged afterwards, and resend.',
  },
  'signature-keyinfo-ambiguous': {
    vi: 'Chữ ký số kèm nhiều chứng thư số không liên quan nên không xác định được bên ký.',
    en: 'The signature carries unrelated certificates, so the signer cannot be told.',
    todoVi: 'Ký lại, chỉ kèm chứng thư số của bên ký và các chứng thư số cấp trên.',
    todoEn: "Sign again with only the signer's certificate and those of its issuers.",
  },
  'signature-keyinfo-forbidden': {
    vi: 'Chữ ký số không kèm trực tiếp chứng thư số của bên ký.',
    en: "The signature does not carry the signer's certificate directly.",
    todoVi: 'Ký lại và kèm chứng thư số của bên ký trong chữ ký.',
    todoEn: "Sign again and put the signer's certificate into the signature.",
  },
  'signature-limits': {
    vi: 'Chữ ký số có quá nhiều tham chiếu hoặc phép biến đổi.',
    en: 'The signature has too many references or transforms.',
    todoVi: 'Ký lại với một tham chiếu duy nhất bao trùm gói tin.',
    todoEn: 'Sign again with one reference that covers the package.',
  },
  'signature-malformed': {
    vi: 'Chữ ký số của gói tin không đúng cấu trúc.',
    en: 'The signature of the package does not have the right structure.',
    todoVi: 'Kiểm tra phần mềm ký số, ký lại rồi gửi lại.',
    todoEn: 'Check the signing software, sign again and resend.',
  },
  'signature-missing': {
    vi: 'Gói tin không có chữ ký số mà kết nối này bắt buộc phải có.',
    en: 'The package lacks the signature that this connection requires.',
    todoVi: 'Ký số bằng chứng thư số của cơ quan rồi gửi lại.',
    todoEn: 'Sign with the certificate of the organisation, then resend.',
  },
  'signature-present-unchecked': {
    vi: 'Gói tin có chữ ký số ở phần vỏ nhưng kết nối này không dùng chữ ký đó để kết luận.',
    en: 'The envelope carries a signature, but on this connection no conclusion is drawn from it.',
    todoVi: 'Không cần làm gì; kết luận dựa trên chữ ký số của tệp văn bản.',
    todoEn: 'Nothing to do; the verdict rests on the signatures of the document files.',
  },
  'signature-reference-forbidden': {
    vi: 'Chữ ký số trỏ tới nội dung ngoài gói tin hoặc trỏ theo cách bị cấm.',
    en: 'The signature points outside the package or in a way that is forbidden.',
    todoVi: 'Ký lại toàn bộ gói tin, không trỏ ra ngoài, rồi gửi lại.',
    todoEn: 'Sign the package as a whole without outside references, then resend.',
  },
  'signature-scope-mismatch': {
    vi: 'Chữ ký số không bao trùm toàn bộ gói tin.',
    en: 'The signature does not cover the whole package.',
    todoVi: 'Ký lại cả phần vỏ và các tệp đính kèm rồi gửi lại.',
    todoEn: 'Sign the envelope together with the attachments, then resend.',
  },
  'signature-strength': {
    vi: 'Chữ ký số dùng thuật toán cũ, yếu ({strength}), chỉ được chấp nhận có thời hạn.',
    en: 'The signature uses an old, weak algorithm ({strength}) that is accepted for a limited time only.',
    todoVi: 'Chuyển phần mềm ký số sang SHA-256 trước khi hết thời hạn.',
    todoEn: 'Move the signing software to SHA-256 before the time is up.',
  },
  'signature-transform-forbidden': {
    vi: 'Chữ ký số dùng phép biến đổi dữ liệu bị cấm.',
    en: 'The signature uses a forbidden data transform.',
    todoVi: 'Cấu hình phần mềm ký số chỉ dùng phép biến đổi theo quy định, ký lại rồi gửi lại.',
    todoEn: 'Set the signing software to the prescribed transforms only, sign again and resend.',
  },
  'signer-not-sender': {
    vi: 'Chứng thư số dùng để ký chưa được đăng ký cho cơ quan ban hành “{organId}”.',
    en: 'The signing certificate is not enrolled for the issuing organisation “{organId}”.',
    todoVi:
      'Ký bằng chứng thư số đã đăng ký của cơ quan ban hành, hoặc đề nghị quản trị mạng đăng ký chứng thư số mới.',
    todoEn:
      'Sign with a certificate enrolled for the issuing organisation, or have the network administrator enrol the new one.',
  },

  // Certificates
  'certificate-expired': {
    vi: 'Chứng thư số của bên ký đã hết hạn ({notAfter}).',
    en: "The signer's certificate has expired ({notAfter}).",
    todoVi: 'Gia hạn chứng thư số, ký lại rồi gửi lại.',
    todoEn: 'Renew the certificate, sign again and resend.',
  },
  'certificate-key-weak': {
    vi: 'Khóa của chứng thư số quá yếu so với yêu cầu an toàn.',
    en: 'The key of the certificate is too weak to be safe.',
    todoVi: 'Xin cấp chứng thư số có khóa mạnh hơn, ký lại rồi gửi lại.',
    todoEn: 'Get a certificate with a stronger key, sign again and resend.',
  },
  'certificate-malformed': {
    vi: 'Chứng thư số bị hỏng hoặc sai cấu trúc.',
    en: 'The certificate is damaged or wrongly built.',
    todoVi: 'Xuất lại chứng thư số từ thiết bị ký hoặc liên hệ tổ chức cấp chứng thư số.',
    todoEn: 'Export the certificate again from the signing device or ask the authority that issued it.',
  },
  'certificate-not-yet-valid': {
    vi: 'Chứng thư số của bên ký chưa đến ngày có hiệu lực ({notBefore}).',
    en: "The signer's certificate is not valid yet ({notBefore}).",
    todoVi: 'Kiểm tra đồng hồ máy ký và thời hạn của chứng thư số, rồi gửi lại khi chứng thư số có hiệu lực.',
    todoEn: 'Check the clock of the signing machine and the dates of the certificate, and resend once it is valid.',
  },
  'certificate-revoked': {
    vi: 'Chứng thư số của bên ký hoặc của tổ chức cấp đã bị thu hồi ({revokedAt}).',
    en: 'The certificate of the signer or of its issuer has been revoked ({revokedAt}).',
    todoVi: 'Ngừng dùng chứng thư số này, xin cấp chứng thư số mới, ký lại rồi gửi lại.',
    todoEn: 'Stop using this certificate, get a new one, sign again and resend.',
  },
  'certificate-untrusted': {
    vi: 'Chứng thư số không do tổ chức chứng thực mà hệ thống liên thông tin cậy cấp.',
    en: 'The certificate does not come from a certification authority that the gateway trusts.',
    todoVi: 'Ký bằng chứng thư số do tổ chức chứng thực được công nhận cấp và kèm đủ chứng thư số cấp trên.',
    todoEn: 'Sign with a certificate from a recognised authority and include the certificates of its issuers.',
  },
  'certificate-usage': {
    vi: 'Chứng thư số không được cấp cho mục đích ký văn bản của cơ quan.',
    en: 'The certificate was not issued for signing documents of an organisation.',
    todoVi: 'Ký bằng chứng thư số của cơ quan dùng cho ký số rồi gửi lại.',
    todoEn: "Sign with the organisation's signing certificate, then resend.",
  },
  'crl-invalid': {
    vi: 'Danh sách chứng thư số bị thu hồi không hợp lệ nên không được dùng.',
    en: 'The list of revoked certificates is not valid and was not used.',
    todoVi: 'Tải lại danh sách từ tổ chức chứng thực; nếu vẫn sai, báo cho tổ chức đó.',
    todoEn: 'Fetch the list again from the certification authority; if it is still wrong, tell the authority.',
  },
  'enrolment-unchecked': {
    vi: 'Chưa đối chiếu chứng thư số với cơ quan ban hành vì không có danh bạ.',
    en: 'Whether the certificate belongs to the issuing organisation was not checked: there is no registry at hand.',
    todoVi: 'Đối chiếu tên trên chứng thư số với cơ quan ban hành bằng mắt.',
    todoEn: 'Compare the name on the certificate with the issuing organisation yourself.',
  },
  'key-exposed': {
    vi: 'Tệp khóa “{file}” cho phép người khác đọc (quyền {mode}).',
    en: 'The key file “{file}” can be read by others (mode {mode}).',
    todoVi: 'Đổi quyền tệp thành 0600 (chmod 600) và cân nhắc thay khóa.',
    todoEn: 'Set its mode to 0600 (chmod 600) and consider replacing the key.',
  },
  'key-unreadable': {
    vi: 'Không đọc được khóa trong tệp “{file}”: {reason}.',
    en: 'The key in the file “{file}” cannot be read: {reason}.',
    todoVi: 'Kiểm tra tệp khóa, mật khẩu và quyền đọc tệp rồi thử lại.',
    todoEn: 'Check the key file, its password and its read permission, then try again.',
  },
  'ocsp-invalid': {
    vi: 'Câu trả lời về tình trạng chứng thư số (OCSP) không đáng tin nên không được dùng.',
    en: 'An answer about the status of the certificate (OCSP) is not to be believed and was not used.',
    todoVi: 'Hệ thống liên thông sẽ tự hỏi lại; nếu vẫn sai, báo cho tổ chức chứng thực.',
    todoEn: 'The gateway asks again by itself; if it stays wrong, tell the certification authority.',
  },
  'revocation-stale': {
    vi: 'Thông tin về tình trạng chứng thư số đã quá cũ nên chưa đủ căn cứ kết luận.',
    en: 'What is known about the status of the certificate is too old for a conclusion.',
    todoVi:
      'Hệ thống liên thông sẽ tự kiểm tra lại: kiểm tra đường kết nối tới tổ chức chứng thực. Khi tự xác minh: thêm danh sách thu hồi (--crl) hoặc trả lời OCSP (--ocsp).',
    todoEn:
      'The gateway checks again by itself: check the way to the certification authority. Verifying by yourself: add revocation lists (--crl) or OCSP answers (--ocsp).',
  },
  'revocation-unobtained': {
    vi: 'Không lấy được dữ liệu thu hồi chứng thư số từ “{host}” ({reason}).',
    en: 'Revocation data could not be obtained from “{host}” ({reason}).',
    todoVi:
      'Nếu máy chủ chưa có trong danh sách được phép, thêm vào; nếu đã có, kiểm tra đường kết nối tới tổ chức chứng thực.',
    todoEn:
      'If the host is not on the list of allowed ones, put it there; if it is, check the way to the certification authority.',
  },
  'revocation-unknown': {
    vi: 'Chưa kiểm tra được tình trạng chứng thư số nên chưa đủ căn cứ kết luận.',
    en: 'The status of the certificate could not be checked, so there is no conclusion yet.',
    todoVi:
      'Hệ thống liên thông sẽ tự kiểm tra lại: kiểm tra đường kết nối tới tổ chức chứng thực. Khi tự xác minh: thêm danh sách thu hồi (--crl) hoặc trả lời OCSP (--ocsp).',
    todoEn:
      'The gateway checks again by itself: check the way to the certification authority. Verifying by yourself: add revocation lists (--crl) or OCSP answers (--ocsp).',
  },

  // Signatures inside document files.
  'document-signature-algorithm': {
    vi: 'Chữ ký số trong tệp văn bản dùng thuật toán không được chấp nhận ({algorithm}).',
    en: 'A signature inside the document file uses an algorithm that is not accepted ({algorithm}).',
    todoVi: 'Ký lại văn bản bằng RSA hoặc ECDSA với SHA-256 trở lên rồi gửi lại.',
    todoEn: 'Sign the document again with RSA or ECDSA and SHA-256 or better, then resend.',
  },
  'document-signature-invalid': {
    vi: 'Chữ ký số trong tệp văn bản không đúng: nội dung đã ký bị thay đổi hoặc chữ ký bị hỏng.',
    en: 'A signature inside the document file is wrong: what was signed has changed or the signature is damaged.',
    todoVi: 'Ký lại từ bản gốc, không sửa tệp sau khi ký, rồi gửi lại.',
    todoEn: 'Sign the original again, leave the file unchanged afterwards, and resend.',
  },
  'document-signature-malformed': {
    vi: 'Chữ ký số trong tệp văn bản không đúng cấu trúc ({reason}).',
    en: 'A signature inside the document file does not have the right structure ({reason}).',
    todoVi: 'Kiểm tra phần mềm ký số, ký lại văn bản rồi gửi lại.',
    todoEn: 'Check the signing software, sign the document again and resend.',
  },
  'document-signature-missing': {
    vi: 'Văn bản chính không có chữ ký số mà kết nối này bắt buộc phải có.',
    en: 'The main document lacks the signature that this connection requires.',
    todoVi:
      'Ký số tệp PDF của văn bản bằng chứng thư số của cơ quan ban hành, đặt tệp này trước các phụ lục rồi gửi lại.',
    todoEn:
      'Sign the PDF of the document with the certificate of the issuing organisation, put it before its annexes and resend.',
  },
  'document-signature-unlisted': {
    vi: 'Tệp văn bản chứa {count} chữ ký số mà phần mềm đọc không hiển thị.',
    en: 'The document file holds {count} signatures that readers do not show.',
    todoVi: 'Không dựa vào các chữ ký số đó; hỏi nơi gửi nếu văn bản lẽ ra phải có chữ ký.',
    todoEn: 'Do not rely on them; ask the sender if the document ought to be signed.',
  },
  'document-time-unproven': {
    vi: 'Thời điểm ký chỉ do bên ký khai ({claimed}), không có dấu thời gian để chứng minh.',
    en: 'The signing time is only what the signer claimed ({claimed}); no time stamp proves it.',
    todoVi: 'Không cần làm gì; chữ ký số được xét tại thời điểm hệ thống nhận văn bản.',
    todoEn: 'Nothing to do; the signature is judged at the instant the gateway received the document.',
  },
  'document-unsigned': {
    vi: 'Tệp văn bản không có chữ ký số: chỉ để tham khảo.',
    en: 'The document file is not signed: for reference only.',
    todoVi: 'Đề nghị nơi gửi cung cấp bản có ký số nếu cần dùng làm căn cứ.',
    todoEn: 'Ask the sender for the signed document where it is needed as evidence.',
  },
  'documents-unsigned': {
    vi: 'Văn bản chính trong gói tin không có chữ ký số: chỉ để tham khảo.',
    en: 'The main document of the package is not signed: for reference only.',
    todoVi: 'Đề nghị nơi gửi cung cấp bản có ký số nếu cần dùng làm căn cứ.',
    todoEn: 'Ask the sender for the signed document where it is needed as evidence.',
  },
  'pdf-changed-after-signing': {
    vi: 'Sau khi ký, tệp PDF đã bị thay đổi{page}: {change}.',
    en: 'After signing, the PDF file was changed{page}: {change}.',
    todoVi: 'Ký lại bản cuối cùng và không sửa tệp sau khi ký, rồi gửi lại.',
    todoEn: 'Sign the final version again, leave the file unchanged afterwards, and resend.',
  },
  'pdf-colours-added': {
    vi: 'Sau khi ký, tệp PDF được thêm quy định về màu mà hệ thống không biết; màu trên trang có thể khác lúc ký.',
    en: 'After signing, the PDF file got a description of colours that is not known here; pages may look other than when they were signed.',
    todoVi: 'Xem văn bản; nếu nội dung đúng thì cho phát hành, nếu không thì trả lại bên gửi.',
    todoEn: 'Look at the document; release it if its content is right, otherwise return it to the sender.',
  },
  'pdf-completed-by-agency': {
    vi: 'Sau khi người có thẩm quyền ký, tệp được bổ sung{page} trên chỗ giấy trống, do cơ quan ban hành ký xác nhận.',
    en: 'After the competent person had signed, the file was completed{page} on empty paper, and the issuing agency signed for it.',
    todoVi: 'Không cần làm gì; có thể xem phần được bổ sung trong báo cáo.',
    todoEn: 'Nothing to do; the report tells what was added.',
  },
  'pdf-completion-unconfirmed': {
    vi: 'Sau khi ký, tệp được bổ sung{page} trên chỗ giấy trống; chưa đối chiếu được chữ ký xác nhận có phải của cơ quan ban hành hay không.',
    en: 'After signing, the file was completed{page} on empty paper; whether the issuing agency signed for it could not be compared.',
    todoVi: 'Xem phần được bổ sung và người ký xác nhận; nếu đúng thì cho phát hành, nếu không thì trả lại bên gửi.',
    todoEn:
      'Look at what was added and at who signed for it; release it if it is right, otherwise return it to the sender.',
  },
  'pdf-coverage': {
    vi: 'Chữ ký số không bao trùm toàn bộ phần đã ký của tệp PDF ({reason}).',
    en: 'The signature does not cover the whole of what was signed in the PDF file ({reason}).',
    todoVi: 'Ký lại văn bản bằng phần mềm ký số đúng chuẩn rồi gửi lại.',
    todoEn: 'Sign the document again with signing software that follows the standard, then resend.',
  },
  'pdf-field-added': {
    vi: 'Văn bản được chứng nhận chỉ cho phép điền vào các ô đã có, nhưng sau đó đã thêm ô chữ ký “{field}”.',
    en: 'The document is certified for filling the fields it had, and a signature field “{field}” was added afterwards.',
    todoVi: 'Xem văn bản; nếu chữ ký được thêm đúng thẩm quyền thì cho phát hành, nếu không thì trả lại bên gửi.',
    todoEn:
      'Look at the document; release it if the signature was added rightfully, otherwise return it to the sender.',
  },
  'pdf-field-filled': {
    vi: 'Sau khi ký, ô “{field}” của tệp PDF đã được điền hoặc sửa{page}.',
    en: 'After signing, the field “{field}” of the PDF file was filled in or altered{page}.',
    todoVi: 'Xem nội dung được điền; nếu đúng thì cho phát hành, nếu không thì trả lại bên gửi.',
    todoEn: 'Look at what was filled in; release it if it is right, otherwise return it to the sender.',
  },
  'pdf-field-name-duplicated': {
    vi: 'Tệp PDF có hai ô chữ ký trùng tên “{field}” nên không xác định được chữ ký nào là của ô đó.',
    en: 'The PDF file has two signature fields of one name, “{field}”, so which signature is meant cannot be told.',
    todoVi: 'Ký lại văn bản bằng phần mềm đặt tên riêng cho mỗi ô chữ ký rồi gửi lại.',
    todoEn: 'Sign the document again with software that names each signature field of its own, then resend.',
  },
  'pdf-encrypted': {
    vi: 'Tệp PDF bị mã hóa nên không xác định được chữ ký số trong đó.',
    en: 'The PDF file is encrypted, so its signatures cannot be made out.',
    todoVi: 'Đề nghị nơi gửi cung cấp tệp không đặt mật khẩu.',
    todoEn: 'Ask the sender for a file without password protection.',
  },
  'pdf-limits': {
    vi: 'Tệp PDF phức tạp vượt giới hạn kiểm tra ({reason}).',
    en: 'The PDF file is more complex than can be checked ({reason}).',
    todoVi: 'Xuất lại tệp PDF từ phần mềm soạn thảo rồi ký và gửi lại.',
    todoEn: 'Export the PDF file again from the word processor, sign it and resend.',
  },
  'pdf-picture-by-stranger': {
    vi: 'Sau khi ký, tệp PDF được thêm hình chữ ký{page} của người chưa đăng ký cho cơ quan ban hành hoặc cơ quan gửi (ô “{field}”).',
    en: 'After signing, the PDF file got the picture of a signature{page} by a signer who is enrolled for neither the issuing nor the sending agency (field “{field}”).',
    todoVi:
      'Xem hình được thêm và người ký; đăng ký chứng thư số của người ký nếu đúng thẩm quyền, nếu không thì trả lại bên gửi.',
    todoEn:
      'Look at the picture and its signer; enrol the signer’s certificate if it is rightful, otherwise return the document.',
  },
  'pdf-picture-covers-page': {
    vi: 'Hình của các chữ ký thêm sau che {percent}% diện tích{page} của tệp PDF.',
    en: 'The pictures of later signatures cover {percent}% of the area{page} of the PDF file.',
    todoVi: 'Xem trang đó còn đọc được phần đã ký hay không, rồi cho phát hành hoặc trả lại bên gửi.',
    todoEn: 'See whether what was signed on that page can still be read, then release or return the document.',
  },
  'pdf-picture-covers-text': {
    vi: 'Sau khi ký, hình của chữ ký thêm sau (ô “{field}”) che nội dung đã có{page}{words}, mà người ký không phải của cơ quan ban hành hoặc chưa đối chiếu được.',
    en: 'After signing, the picture of a later signature (field “{field}”) covers what stood there{page}{words}, and its signer is not of the issuing agency or could not be compared.',
    todoVi: 'Xem phần bị che còn đọc được hay không và ai đã ký thêm, rồi cho phát hành hoặc trả lại bên gửi.',
    todoEn:
      'See whether what is covered can still be read and who signed over it, then release or return the document.',
  },
  'pdf-malformed': {
    vi: 'Cấu trúc của tệp PDF bị hỏng ({reason}).',
    en: 'The structure of the PDF file is damaged ({reason}).',
    todoVi: 'Xuất lại tệp PDF từ phần mềm soạn thảo, ký và gửi lại.',
    todoEn: 'Export the PDF file again from the word processor, sign it and resend.',
  },
  'time-stamp-unusable': {
    vi: 'Dấu thời gian kèm chữ ký số không dùng được để chứng minh thời điểm ký ({reason}).',
    en: 'The time stamp of the signature cannot be used as proof of the signing time ({reason}).',
    todoVi: 'Chữ ký số được xét tại thời điểm nhận; kiểm tra danh sách tổ chức cấp dấu thời gian được tin cậy.',
    todoEn: 'The signature is judged at the time of receipt; check which time-stamping authorities are trusted.',
  },

  // Evidence containers
  'evidence-malformed': {
    vi: 'Tệp hồ sơ chứng cứ có cấu trúc không hợp lệ ({reason}).',
    en: 'The evidence container is not built as one is ({reason}).',
    todoVi: 'Tải lại hồ sơ chứng cứ từ hệ thống liên thông; không giải nén rồi nén lại tệp này.',
    todoEn: 'Download the container from the gateway again; do not unpack and pack it anew.',
  },
  'evidence-entry-changed': {
    vi: 'Tệp “{name}” trong hồ sơ chứng cứ không còn khớp với mã băm đã ký.',
    en: 'The file “{name}” in the container no longer has the hash that was signed.',
    todoVi: 'Không dùng hồ sơ này làm chứng cứ; tải lại từ hệ thống liên thông và tìm nơi đã sửa tệp.',
    todoEn: 'Do not rely on this container; download it from the gateway again and find out where it was changed.',
  },
  'evidence-entry-missing': {
    vi: 'Hồ sơ chứng cứ thiếu tệp “{name}”.',
    en: 'The file “{name}” is missing in the container.',
    todoVi: 'Tải lại hồ sơ chứng cứ đầy đủ từ hệ thống liên thông.',
    todoEn: 'Download the whole container from the gateway again.',
  },
  'evidence-entry-unlisted': {
    vi: 'Hồ sơ chứng cứ có tệp “{name}” không nằm trong danh mục đã ký.',
    en: 'The container holds the file “{name}”, which the signed list does not name.',
    todoVi: 'Không dùng tệp này làm chứng cứ; tải lại hồ sơ từ hệ thống liên thông.',
    todoEn: 'Do not rely on this file; download the container from the gateway again.',
  },
  'evidence-signature-invalid': {
    vi: 'Chữ ký số của hệ thống liên thông trên hồ sơ chứng cứ không đúng ({reason}).',
    en: "The gateway's signature on the container does not hold ({reason}).",
    todoVi: 'Không dùng hồ sơ này làm chứng cứ; tải lại từ hệ thống liên thông.',
    todoEn: 'Do not rely on this container; download it from the gateway again.',
  },
  'evidence-signer-unknown': {
    vi: 'Chữ ký số trên hồ sơ chứng cứ là của một khóa chưa được xác nhận là của hệ thống liên thông (khóa {key}).',
    en: "The container is signed by a key that is not known to be the gateway's (key {key}).",
    todoVi: 'Lấy khóa công khai của hệ thống liên thông từ nguồn tin cậy rồi chỉ ra bằng tùy chọn --gateway-key.',
    todoEn: 'Get the public key of the gateway from a source you trust and name it with --gateway-key.',
  },
  'evidence-verdict-differs': {
    vi: 'Kết luận khi xác minh lại ({now}) khác với kết luận đã ghi ({recorded}).',
    en: 'The verdict on verifying again ({now}) differs from the recorded one ({recorded}).',
    todoVi: 'Xem các phát hiện bên dưới để biết căn cứ nào còn thiếu hoặc mới có thêm.',
    todoEn: 'See the findings for what is missing, or has become known since.',
  },
  'receipt-invalid': {
    vi: 'Biên nhận trong hồ sơ chứng cứ không đúng ({reason}).',
    en: 'The receipt in the container does not hold ({reason}).',
    todoVi: 'Đối chiếu với biên nhận mà nơi gửi đã giữ; báo quản trị hệ thống liên thông.',
    todoEn: "Compare it with the receipt that the sender kept; tell the gateway's administrator.",
  },

  // Attachments
  'attachment-archive-shape': {
    vi: 'Tệp nén của “{name}” không có đúng một tệp bên trong hoặc có cấu trúc không an toàn.',
    en: 'The archive around “{name}” does not hold exactly one file or is not safely built.',
    todoVi: 'Nén lại đúng một tệp, không mật khẩu và không thư mục con, rồi gửi lại.',
    todoEn: 'Compress exactly one file again, without password and subfolders, then resend.',
  },
  'attachment-corrupt': {
    vi: 'Tệp đính kèm “{name}” bị hỏng, không đọc được trọn vẹn.',
    en: 'The attachment “{name}” is damaged and cannot be read in full.',
    todoVi: 'Mở thử tệp gốc, đính kèm lại rồi gửi lại.',
    todoEn: 'Try to open the original file, attach it again and resend.',
  },
  'attachment-duplicated': {
    vi: 'Nhiều tệp đính kèm dùng chung một mã tệp “{contentId}”.',
    en: 'Several attachments share one content id “{contentId}”.',
    todoVi: 'Kết xuất lại gói tin với mã riêng cho từng tệp rồi gửi lại.',
    todoEn: 'Export the package with an id of its own for each file, then resend.',
  },
  'attachment-empty': {
    vi: 'Tệp đính kèm “{name}” không có nội dung.',
    en: 'The attachment “{name}” has no content.',
    todoVi: 'Đính kèm lại đúng tệp rồi gửi lại.',
    todoEn: 'Attach the right file again and resend.',
  },
  'attachment-encoding-invalid': {
    vi: 'Tệp đính kèm “{name}” bị mã hóa base64 sai (byte {offset}).',
    en: 'The attachment “{name}” is wrongly encoded as base64 (byte {offset}).',
    todoVi: 'Kết xuất lại gói tin rồi gửi lại.',
    todoEn: 'Export the package again and resend it.',
  },
  'attachment-encrypted': {
    vi: 'Tệp đính kèm “{name}” được đặt mật khẩu nên không kiểm tra được.',
    en: 'The attachment “{name}” is protected by a password and cannot be checked.',
    todoVi: 'Bỏ mật khẩu của tệp rồi gửi lại.',
    todoEn: 'Remove the password from the file, then resend.',
  },
  'attachment-hash-mismatch': {
    vi: 'Tệp đính kèm “{name}” khác với kích thước hoặc mã băm đã khai.',
    en: 'The attachment “{name}” differs from its declared size or hash.',
    todoVi: 'Đính kèm lại tệp gốc, kết xuất lại gói tin rồi gửi lại.',
    todoEn: 'Attach the original file again, export the package and resend.',
  },
  'attachment-malware': {
    vi: 'Tệp đính kèm “{name}” có mã độc.',
    en: 'The attachment “{name}” contains malware.',
    todoVi: 'Không mở tệp; quét máy đã tạo tệp, báo cho bộ phận an toàn thông tin và gửi lại bản sạch.',
    todoEn: 'Do not open the file; scan the machine that made it, tell the security staff and resend a clean copy.',
  },
  'attachment-unscanned': {
    vi: 'Chưa quét được mã độc trong tệp đính kèm “{name}” nên chưa đủ căn cứ kết luận.',
    en: 'The attachment “{name}” could not be scanned for malware, so there is no conclusion yet.',
    todoVi: 'Kiểm tra phần mềm quét mã độc; hệ thống liên thông sẽ tự quét lại.',
    todoEn: 'Check the malware scanner; the gateway scans again by itself.',
  },
  'attachment-missing': {
    vi: 'Danh mục có nêu tệp “{name}” nhưng gói tin không kèm tệp này.',
    en: 'The manifest names the file “{name}”, but the package does not contain it.',
    todoVi: 'Đính kèm tệp còn thiếu hoặc bỏ tệp khỏi danh mục rồi gửi lại.',
    todoEn: 'Attach the missing file or take it off the manifest, then resend.',
  },
  'attachment-name-invalid': {
    vi: 'Tên của một tệp đính kèm quá dài hoặc chứa ký tự không được phép.',
    en: 'The name of an attachment is too long or contains characters that are not allowed.',
    todoVi: 'Đặt lại tên tệp ngắn gọn, không chứa đường dẫn hay ký tự đặc biệt, rồi gửi lại.',
    todoEn: 'Give the file a short name without folders or special characters, then resend.',
  },
  'attachment-signature-invalid': {
    vi: 'Chữ ký số trong tệp đính kèm “{name}” không hợp lệ.',
    en: 'A signature inside the attachment “{name}” is not valid.',
    todoVi: 'Ký số lại từ bản gốc, không sửa tệp sau khi ký, rồi gửi lại.',
    todoEn: 'Sign the original again, leave the file unchanged afterwards, and resend.',
  },
  'attachment-too-large': {
    vi: 'Tệp đính kèm “{name}” hoặc tổng các tệp vượt quá {limit} byte.',
    en: 'The attachment “{name}”, or all of them together, exceeds {limit} bytes.',
    todoVi: 'Giảm dung lượng tệp hoặc tách thành nhiều lần gửi.',
    todoEn: 'Make the files smaller or send them in several packages.',
  },
  'attachment-too-many': {
    vi: 'Gói tin có nhiều hơn {limit} tệp đính kèm.',
    en: 'The package has more than {limit} attachments.',
    todoVi: 'Gộp bớt tệp hoặc tách thành nhiều lần gửi.',
    todoEn: 'Join some files or send them in several packages.',
  },
  'attachment-type-forbidden': {
    vi: 'Loại tệp của “{name}” không được phép đính kèm.',
    en: 'Files of the type of “{name}” may not be attached.',
    todoVi: 'Chuyển sang loại tệp được phép, ví dụ PDF, rồi gửi lại.',
    todoEn: 'Convert the file to an allowed type, for example PDF, then resend.',
  },
  'attachment-type-mismatch': {
    vi: 'Nội dung tệp đính kèm “{name}” không đúng với loại tệp đã khai.',
    en: 'The content of the attachment “{name}” is not of the declared type.',
    todoVi: 'Kiểm tra tệp gốc, đính kèm đúng tệp rồi gửi lại.',
    todoEn: 'Check the original, attach the right file and resend.',
  },
  'attachment-unlisted': {
    vi: 'Tệp đính kèm “{name}” không có trong danh mục của gói tin.',
    en: 'The attachment “{name}” is not on the manifest of the package.',
    todoVi: 'Bổ sung tệp vào danh mục hoặc bỏ tệp thừa rồi gửi lại.',
    todoEn: 'Add the file to the manifest or remove it, then resend.',
  },

  // Codes, routing, status
  'document-conflict': {
    vi: 'Văn bản mã “{documentId}” đã được tiếp nhận trước đó với nội dung khác.',
    en: 'The document “{documentId}” was accepted before with other content.',
    todoVi: 'Muốn sửa thì gửi gói tin cập nhật hoặc thay thế; nếu là văn bản khác thì dùng mã văn bản mới.',
    todoEn: 'To change it, send an update or a replacement; if it is another document, give it a new document id.',
  },
  'issuer-not-authorised': {
    vi: 'Kết nối này không được gửi văn bản do cơ quan “{organId}” ban hành.',
    en: 'This connection may not send documents issued by the organisation “{organId}”.',
    todoVi: 'Kiểm tra cơ quan ban hành ghi trong gói tin, hoặc đề nghị quản trị mạng bổ sung quyền.',
    todoEn: 'Check the issuing organisation in the package, or have the network administrator grant the right.',
  },
  'organ-id-invalid': {
    vi: 'Mã định danh cơ quan “{organId}” không đúng quy định.',
    en: 'The organisation code “{organId}” is not properly formed.',
    todoVi: 'Chọn lại cơ quan từ danh bạ, không gõ tay mã, rồi gửi lại.',
    todoEn: 'Choose the organisation from the directory instead of typing the code, then resend.',
  },
  'recipient-is-sender': {
    vi: 'Nơi nhận “{organId}” chính là cơ quan gửi.',
    en: 'The recipient “{organId}” is the sender itself.',
    todoVi: 'Bỏ cơ quan mình khỏi danh sách nơi nhận rồi gửi lại.',
    todoEn: 'Take your own organisation off the list of recipients, then resend.',
  },
  'recipient-no-connection': {
    vi: 'Cơ quan “{organId}” hiện chưa có kết nối để nhận văn bản.',
    en: 'The organisation “{organId}” has no receiving connection today.',
    todoVi: 'Gửi cho nơi nhận này bằng hình thức khác, hoặc đề nghị quản trị mạng thiết lập kết nối.',
    todoEn: 'Send to this recipient another way, or have the network administrator set up a connection.',
  },
  'recipient-suspended': {
    vi: 'Cơ quan “{organId}” đang tạm ngừng hoặc đã thôi nhận văn bản.',
    en: 'The organisation “{organId}” is suspended and takes no documents.',
    todoVi: 'Chọn cơ quan kế thừa hoặc hỏi quản trị mạng rồi gửi lại.',
    todoEn: 'Choose the succeeding organisation or ask the network administrator, then resend.',
  },
  'recipient-unknown': {
    vi: 'Danh bạ không có cơ quan mang mã “{organId}”.',
    en: 'The directory has no organisation with the code “{organId}”.',
    todoVi: 'Chọn lại nơi nhận từ danh bạ rồi gửi lại; chưa nơi nhận nào được gửi.',
    todoEn: 'Choose the recipient from the directory again and resend; nothing was sent to any recipient.',
  },
  'recipients-too-many': {
    vi: 'Gói tin có nhiều hơn {limit} nơi nhận.',
    en: 'The package has more than {limit} recipients.',
    todoVi: 'Tách danh sách nơi nhận thành nhiều lần gửi.',
    todoEn: 'Split the recipients over several packages.',
  },
  'sender-not-authorised': {
    vi: 'Kết nối này không được gửi thay cho cơ quan “{organId}”.',
    en: 'This connection may not send for the organisation “{organId}”.',
    todoVi: 'Kiểm tra cơ quan gửi ghi trong gói tin, hoặc đề nghị quản trị mạng bổ sung quyền.',
    todoEn: 'Check the sending organisation in the package, or have the network administrator grant the right.',
  },
  'status-code-unknown': {
    vi: 'Trạng thái xử lý “{statusCode}” không dùng được ở đây; các mã dùng được là {allowed}.',
    en: 'The business status “{statusCode}” cannot be used here; the codes that can are {allowed}.',
    todoVi: 'Dùng một trong các mã đó, ghi đủ hai chữ số, rồi gửi lại.',
    todoEn: 'Use one of these codes, with both digits, then resend.',
  },

  // Lists and pull
  'ack-hash-mismatch': {
    vi: 'Mã băm trong xác nhận không khớp với gói tin của lượt gửi này.',
    en: 'The hash in the acknowledgement is not that of the package of this delivery.',
    todoVi: 'Tải lại gói tin, đối chiếu rồi xác nhận lại; lượt gửi vẫn đang chờ.',
    todoEn: 'Download the package again, compare and acknowledge again; the delivery stays open.',
  },
  'cursor-expired': {
    vi: 'Dấu vị trí đọc đã quá cũ, không còn dùng được.',
    en: 'The cursor is too old to be used.',
    todoVi: 'Đọc lại không kèm dấu vị trí; các lượt gửi chưa xác nhận sẽ hiện ra trước.',
    todoEn: 'Read again without a cursor; deliveries not yet acknowledged come first.',
  },
  'cursor-invalid': {
    vi: 'Dấu vị trí đọc không hợp lệ, của hệ thống khác hoặc của điều kiện lọc khác.',
    en: 'The cursor is not valid, or belongs to another system or another filter.',
    todoVi: 'Dùng nguyên văn dấu vị trí nhận được lần trước, hoặc đọc lại không kèm dấu vị trí.',
    todoEn: 'Use the cursor exactly as it was given, or read again without one.',
  },
  'filter-invalid': {
    vi: 'Điều kiện lọc hoặc sắp xếp “{name}” không hợp lệ.',
    en: 'The filter or sort condition “{name}” is not valid.',
    todoVi: 'Sửa điều kiện theo tài liệu kết nối rồi thử lại.',
    todoEn: 'Mend the condition as the connection guide says, then try again.',
  },

  // Delivery outcomes
  'adapter-unknown': {
    vi: 'Kết nối nhận dùng loại “{adapter}” mà hệ thống liên thông không có.',
    en: 'The receiving connection is of the kind “{adapter}”, which this gateway does not have.',
    todoVi: 'Chọn lại loại kết nối hoặc cài đúng phiên bản chương trình, rồi cho gửi tiếp.',
    todoEn: 'Choose another kind or install the right version of the program, then let the delivery go on.',
  },
  'connection-paused': {
    vi: 'Kết nối của nơi nhận đang tạm dừng nên lượt gửi phải chờ.',
    en: "The recipient's connection is paused, so the delivery waits.",
    todoVi: 'Mở lại kết nối khi đã khắc phục nguyên nhân tạm dừng.',
    todoEn: 'Resume the connection once the reason for the pause is gone.',
  },
  'connection-settings-invalid': {
    vi: 'Thiết lập của kết nối nhận không dùng được ở mục “{name}”.',
    en: 'The settings of the receiving connection cannot be used: “{name}”.',
    todoVi: 'Sửa thiết lập của kết nối, rồi cho gửi tiếp.',
    todoEn: "Mend the connection's settings, then let the delivery go on.",
  },
  'connection-unknown': {
    vi: 'Kết nối nhận “{connection}” không còn trong danh bạ.',
    en: 'The receiving connection “{connection}” is no longer in the registry.',
    todoVi: 'Chỉ định kết nối nhận khác cho cơ quan, rồi cho gửi tiếp.',
    todoEn: 'Designate another receiving connection for the organisation, then let the delivery go on.',
  },
  'content-corrupt': {
    vi: 'Gói tin đã lưu không còn khớp với mã băm lúc tiếp nhận nên không được gửi đi.',
    en: 'The stored package no longer has the hash it had when accepted, so it was not sent.',
    todoVi: 'Khôi phục gói tin từ bản sao lưu và kiểm tra thiết bị lưu trữ.',
    todoEn: 'Restore the package from a backup and check the storage.',
  },
  'content-unavailable': {
    vi: 'Tạm thời chưa đọc được gói tin đã lưu.',
    en: 'The stored package cannot be read for the time being.',
    todoVi: 'Kiểm tra nơi lưu gói tin; hệ thống liên thông tự gửi lại.',
    todoEn: 'Check the content storage; the gateway tries again by itself.',
  },
  'delivery-cancelled': {
    vi: 'Lượt gửi đã bị hủy trước khi chuyển tới nơi nhận.',
    en: 'The delivery was cancelled before it reached the recipient.',
    todoVi: 'Không cần làm gì; nếu hủy nhầm thì gửi lại văn bản.',
    todoEn: 'Nothing to do; if it was cancelled by mistake, send the document again.',
  },
  'held-expired': {
    vi: 'Đã hết thời hạn chờ mà vẫn chưa xác minh được tình trạng chứng thư số.',
    en: 'The waiting time is over and the status of the certificate is still not verified.',
    todoVi: 'Xem báo cáo xác minh rồi quyết định cho gửi tiếp hoặc hoàn về nơi gửi.',
    todoEn: 'Read the verification report, then release the message or return it to the sender.',
  },
  'held-revocation': {
    vi: 'Văn bản đang chờ xác minh tình trạng chứng thư số trước khi chuyển.',
    en: 'The document waits until the status of the certificate is verified.',
    todoVi: 'Không cần làm gì; hệ thống liên thông tự kiểm tra lại và chuyển tiếp khi có kết quả.',
    todoEn: 'Nothing to do; the gateway checks again by itself and goes on when there is a result.',
  },
  'receiver-acknowledgement-invalid': {
    vi: 'Hệ thống nhận đã trả lời nhưng không có xác nhận đúng mẫu.',
    en: 'The receiving system answered without a well-formed acknowledgement.',
    todoVi: 'Sửa câu trả lời của hệ thống nhận theo tài liệu kết nối.',
    todoEn: 'Make the receiving system answer as the connection guide says.',
  },
  'receiver-busy': {
    vi: 'Hệ thống nhận đang bận và đề nghị gửi lại sau.',
    en: 'The receiving system is busy and asks to be tried later.',
    todoVi: 'Không cần làm gì; hệ thống liên thông tự gửi lại.',
    todoEn: 'Nothing to do; the gateway tries again by itself.',
  },
  'receiver-credentials': {
    vi: 'Hệ thống nhận không chấp nhận thông tin đăng nhập của hệ thống liên thông.',
    en: 'The receiving system does not accept the credentials of the gateway.',
    todoVi: 'Kiểm tra tài khoản và chứng thư số của kết nối với nơi nhận, rồi cho gửi tiếp.',
    todoEn: "Check the connection's account and certificate with the recipient, then let the delivery go on.",
  },
  'receiver-error': {
    vi: 'Hệ thống nhận gặp lỗi nội bộ khi nhận gói tin.',
    en: 'The receiving system had a fault of its own while taking the package.',
    todoVi: 'Kiểm tra hệ thống nhận; hệ thống liên thông tự gửi lại.',
    todoEn: 'Check the receiving system; the gateway tries again by itself.',
  },
  'receiver-hash-mismatch': {
    vi: 'Hệ thống nhận xác nhận một nội dung khác với gói tin đã gửi.',
    en: 'The receiving system acknowledged content other than what was sent.',
    todoVi: 'Kiểm tra hệ thống nhận có sửa gói tin trước khi lưu hay không; hệ thống liên thông tự gửi lại.',
    todoEn: 'Check whether the receiving system alters packages before storing; the gateway tries again by itself.',
  },
  'receiver-moved': {
    vi: 'Hệ thống nhận báo đã chuyển sang địa chỉ khác; gói tin không được gửi theo địa chỉ mới.',
    en: 'The receiving system says it has moved; the package was not sent to the new address.',
    todoVi: 'Xác minh địa chỉ mới với nơi nhận, sửa thiết lập kết nối, rồi cho gửi tiếp.',
    todoEn:
      "Confirm the new address with the recipient, change the connection's settings, then let the delivery go on.",
  },
  'receiver-refused': {
    vi: 'Hệ thống nhận từ chối gói tin: {reason}.',
    en: 'The receiving system refused the package: {reason}.',
    todoVi: 'Khắc phục theo lý do từ chối rồi gửi lại.',
    todoEn: 'Mend what the reason names, then send again.',
  },
  'receiver-timeout': {
    vi: 'Hệ thống nhận không trả lời trong thời gian quy định.',
    en: 'The receiving system did not answer in time.',
    todoVi: 'Kiểm tra hệ thống nhận và đường truyền; hệ thống liên thông tự gửi lại.',
    todoEn: 'Check the receiving system and the network; the gateway tries again by itself.',
  },
  'receiver-unreachable': {
    vi: 'Không kết nối được tới hệ thống nhận.',
    en: 'The receiving system cannot be reached.',
    todoVi: 'Kiểm tra hệ thống nhận và đường truyền; hệ thống liên thông tự gửi lại.',
    todoEn: 'Check the receiving system and the network; the gateway tries again by itself.',
  },
  'rendering-failed': {
    vi: 'Không chuyển được gói tin sang định dạng của nơi nhận.',
    en: "The package could not be put into the recipient's format.",
    todoVi: 'Xem báo cáo của lượt gửi, sửa cấu hình kết nối rồi cho gửi tiếp.',
    todoEn: 'Read the report of the delivery, mend the settings of the connection and let it go on.',
  },
  'retries-exhausted': {
    vi: 'Đã thử gửi {attempts} lần mà chưa thành công.',
    en: 'Sending was tried {attempts} times without success.',
    todoVi: 'Liên hệ nơi nhận để khắc phục, rồi cho gửi lại hoặc hoàn về nơi gửi.',
    todoEn: 'Settle the cause with the recipient, then resend or return the message to the sender.',
  },
  'worker-crashed': {
    vi: 'Tiến trình gửi dừng đột ngột hoặc giữ việc quá thời gian cho phép.',
    en: 'The sending process stopped suddenly or kept the work too long.',
    todoVi: 'Hệ thống liên thông tự gửi lại; nếu lỗi lặp lại, kiểm tra nhật ký và bộ nhớ của máy chủ.',
    todoEn: 'The gateway tries again by itself; if it happens again, check the log and the memory of the server.',
  },
  'worker-stopped': {
    vi: 'Tiến trình gửi đã dừng theo lệnh khi đang gửi; lượt gửi sẽ được thử lại ngay sau đó.',
    en: 'The sending process was told to stop while sending; the delivery is tried again soon.',
    todoVi: 'Không cần làm gì; hệ thống liên thông tự gửi lại.',
    todoEn: 'Nothing to do; the gateway tries again by itself.',
  },

  // Findings that never refuse
  'amount-invalid': {
    vi: 'Số lượng ở mục “{field}” không phải là số hợp lệ nên được bỏ qua.',
    en: 'The amount in “{field}” is not a proper number and was left out.',
    todoVi: 'Không phải gửi lại; nên sửa phần mềm kết xuất để ghi đúng số lượng.',
    todoEn: 'No need to resend; better let the exporting software write a proper number.',
  },
  'amount-unusual': {
    vi: 'Số lượng ở mục “{field}” lớn bất thường ({value}).',
    en: 'The amount in “{field}” is unusually large ({value}).',
    todoVi: 'Không phải gửi lại nếu số lượng đúng; nếu gõ nhầm, sửa ở lần gửi sau.',
    todoEn: 'No need to resend if the amount is right; if it was mistyped, mend it next time.',
  },
  'bussiness-part-unused': {
    vi: 'Mục “{field}” không dùng cho loại nghiệp vụ của gói tin nên được bỏ qua.',
    en: 'The field “{field}” does not belong to the business type of the package and was left aside.',
    todoVi: 'Kiểm tra loại nghiệp vụ đã chọn; nếu chọn nhầm thì gửi lại với loại đúng.',
    todoEn: 'Check the business type that was chosen; if it was the wrong one, send again with the right one.',
  },
  'circulation-limited': {
    vi: 'Văn bản có giới hạn phạm vi lưu hành.',
    en: 'The circulation of the document is limited.',
    todoVi: 'Xem giới hạn ghi trên văn bản trước khi chuyển tiếp cho người khác.',
    todoEn: 'Read the limit stated on the document before passing it on.',
  },
  'date-unusual': {
    vi: 'Ngày ở mục “{field}” cách ngày gửi xa bất thường.',
    en: 'The date in “{field}” is unusually far from the day of sending.',
    todoVi: 'Đối chiếu với văn bản; nếu gõ nhầm ngày thì gửi gói tin cập nhật.',
    todoEn: 'Compare with the document; if the date was mistyped, send an update.',
  },
  'due-date-early': {
    vi: 'Hạn trả lời được ghi trước ngày ban hành văn bản.',
    en: 'The due date lies before the day the document was promulgated.',
    todoVi: 'Thống nhất hạn trả lời với nơi nhận; nếu gõ nhầm thì gửi gói tin cập nhật.',
    todoEn: 'Agree on the due date with the recipients; if it was mistyped, send an update.',
  },
  'organ-id-form-unknown': {
    vi: 'Mã định danh cơ quan “{organId}” không theo dạng mã nào trong quy định.',
    en: 'The organisation code “{organId}” has none of the prescribed forms.',
    todoVi: 'Không phải gửi lại; nên dùng mã hiện hành trong danh bạ.',
    todoEn: "No need to resend; better use today's code of the directory.",
  },
  'place-unaddressed': {
    vi: 'Văn bản in nơi nhận “{name}” nhưng gói tin không gửi tới cơ quan này.',
    en: 'The document names “{name}” among its recipients, but the package is not addressed to it.',
    todoVi: 'Kiểm tra danh sách nơi nhận; nếu gửi thiếu thì gửi bổ sung cho cơ quan này.',
    todoEn: 'Check the list of recipients; if one was forgotten, send the document to it as well.',
  },
  'priority-outdated': {
    vi: 'Mức “hỏa tốc hẹn giờ” không còn trong quy định; văn bản được xử lý như văn bản khẩn.',
    en: 'The urgency “at a set hour” is no longer one of the prescribed levels; the document is handled as urgent.',
    todoVi: 'Không phải gửi lại; lần sau chọn khẩn, thượng khẩn hoặc hỏa tốc.',
    todoEn: 'No need to resend; choose one of the three prescribed levels next time.',
  },
  'reason-missing': {
    vi: 'Gói tin thu hồi hoặc thay thế văn bản nhưng không nêu lý do.',
    en: 'The package revokes or replaces a document without giving a reason.',
    todoVi: 'Thông báo lý do cho các nơi nhận; lần sau ghi lý do vào gói tin.',
    todoEn: 'Tell the recipients the reason; state it in the package next time.',
  },
  'receiver-contradictory': {
    vi: 'Gói tin cập nhật vừa bỏ vừa thêm nơi nhận “{organId}”.',
    en: 'The update both removes and adds the recipient “{organId}”.',
    todoVi: 'Chọn một trong hai cho nơi nhận này rồi gửi lại.',
    todoEn: 'Decide which of the two is meant for this recipient, then resend.',
  },
  'receiver-list-missing': {
    vi: 'Gói tin báo thay đổi nơi nhận nhưng không kèm danh sách thay đổi.',
    en: 'The package says that recipients changed, but does not list them.',
    todoVi: 'Nếu có thay đổi nơi nhận thì gửi lại gói tin cập nhật kèm danh sách.',
    todoEn: 'If recipients did change, send the update again with the list.',
  },
  'receiver-list-unannounced': {
    vi: 'Gói tin kèm danh sách thay đổi nơi nhận nhưng không báo có thay đổi.',
    en: 'The package lists changed recipients without saying that they changed.',
    todoVi: 'Không phải gửi lại nếu danh sách đúng; danh sách vẫn được áp dụng.',
    todoEn: 'No need to resend if the list is right; it is applied.',
  },
  'recipient-unprinted': {
    vi: 'Gói tin gửi tới “{name}” nhưng văn bản không in tên cơ quan này ở nơi nhận.',
    en: 'The package is addressed to “{name}”, which the document does not name among its recipients.',
    todoVi: 'Kiểm tra có gửi nhầm nơi nhận không; nếu nhầm thì yêu cầu lấy lại.',
    todoEn: 'Check whether it was addressed by mistake; if so, ask for the copy back.',
  },
  'replacement-list-missing': {
    vi: 'Gói tin thay thế văn bản nhưng không nêu danh sách văn bản bị thay thế.',
    en: 'The package replaces a document but does not list which.',
    todoVi: 'Cho các nơi nhận biết văn bản bị thay thế, hoặc gửi lại gói tin kèm danh sách.',
    todoEn: 'Tell the recipients which document is replaced, or send the package again with the list.',
  },
  'response-for-unused': {
    vi: 'Gói tin thu hồi có nhắc tới văn bản “{documentId}”; văn bản này không bị thu hồi.',
    en: 'The revocation also mentions the document “{documentId}”, which is not revoked by it.',
    todoVi: 'Không cần làm gì nếu đúng ý; muốn thu hồi cả văn bản đó thì gửi một gói tin thu hồi riêng.',
    todoEn: 'Nothing to do if that is meant; to revoke that document too, send a revocation of its own.',
  },
  'target-assumed': {
    vi: 'Gói tin không nêu rõ văn bản bị thu hồi hoặc cập nhật, nên được hiểu là văn bản “{documentId}”.',
    en: 'The package does not say which document it revokes or updates; it is taken to mean “{documentId}”.',
    todoVi: 'Không phải gửi lại nếu hiểu đúng; lần sau ghi rõ mã văn bản ở phần nghiệp vụ.',
    todoEn: 'No need to resend if that is right; name the document in the business part next time.',
  },
  'value-unlisted': {
    vi: 'Giá trị “{value}” ở mục “{field}” không có trong danh mục của quy chuẩn.',
    en: "The value “{value}” in “{field}” is not on the standard's list.",
    todoVi: 'Không phải gửi lại; giá trị được giữ nguyên như bên gửi ghi.',
    todoEn: 'No need to resend; the value is kept as the sender wrote it.',
  },
  'arrived-after-hand-over': {
    vi: 'Nơi nhận báo văn bản đã đến, sau khi văn bản được chuyển qua hệ thống trung gian.',
    en: 'The recipient reported that the document arrived, after it had been handed over to a system in between.',
    todoVi: 'Không cần làm gì; lượt gửi được tính là đã đến.',
    todoEn: 'Nothing to do; the delivery counts as arrived.',
  },
  'attachments-misplaced': {
    vi: 'Khối tệp đính kèm nằm không đúng vị trí quy định trong gói tin.',
    en: 'The block of attachments does not stand where the standard puts it.',
    todoVi: 'Không phải gửi lại; các tệp vẫn được đọc đủ.',
    todoEn: 'No need to resend; all files were read.',
  },
  'bidi-control': {
    vi: 'Mục “{field}” chứa ký tự đổi chiều chữ, có thể hiển thị sai lệch.',
    en: 'The field “{field}” contains characters that turn the direction of writing and may mislead the eye.',
    todoVi: 'Đối chiếu mục này với tệp văn bản trước khi xử lý.',
    todoEn: 'Compare this field with the document itself before acting on it.',
  },
  'bussiness-missing': {
    vi: 'Gói tin không ghi loại nghiệp vụ nên được coi là văn bản mới.',
    en: 'The package does not state its business type and is taken as a new document.',
    todoVi: 'Không phải gửi lại nếu đúng là văn bản mới; nên ghi rõ loại nghiệp vụ.',
    todoEn: 'No need to resend if it is a new document; better state the business type.',
  },
  'byte-order-mark': {
    vi: 'Gói tin mở đầu bằng dấu thứ tự byte, đã được bỏ qua khi đọc.',
    en: 'The package begins with a byte order mark, which was skipped in reading.',
    todoVi: 'Không phải gửi lại; nội dung được giữ nguyên.',
    todoEn: 'No need to resend; the content is kept as it is.',
  },
  'content-id-variant': {
    vi: 'Mã nối tệp đính kèm với danh mục tệp viết khác với quy chuẩn nhưng vẫn hiểu được.',
    en: 'The id that ties an attachment to the list of files is written unlike the standard but was understood.',
    todoVi: 'Không phải gửi lại; nên viết mã với tiền tố “cid:” và không thêm thuộc tính liên kết.',
    todoEn: 'No need to resend; better write ids with “cid:” before them and leave out link attributes.',
  },
  'content-type-mismatch': {
    vi: 'Loại tệp khai cho “{name}” khác với nội dung thật của tệp.',
    en: 'The type declared for “{name}” differs from what the file really is.',
    todoVi: 'Không phải gửi lại; hệ thống liên thông đọc theo nội dung thật.',
    todoEn: 'No need to resend; the gateway goes by the real content.',
  },
  'attachment-opened': {
    vi: 'Tệp đính kèm “{name}” được nén riêng; tệp bên trong đã được đọc và kiểm tra.',
    en: 'The attachment “{name}” is wrapped in an archive of its own; the file inside was read and checked.',
    todoVi: 'Không cần làm gì.',
    todoEn: 'Nothing to do.',
  },
  'field-carried-elsewhere': {
    vi: 'Mục “{field}” được chuyển sang “{to}” vì định dạng mới không có mục tương ứng.',
    en: 'The field “{field}” was carried in “{to}”, because the other form has no field for it.',
    todoVi: 'Không cần làm gì; thông tin vẫn được giữ đủ.',
    todoEn: 'Nothing to do; what it says is kept.',
  },
  'field-not-carried': {
    vi: 'Mục “{field}” không có chỗ trong định dạng mới nên không được chuyển theo.',
    en: 'The field “{field}” has no place in the other form and was not carried.',
    todoVi: 'Xem gói tin gốc nếu cần thông tin này.',
    todoEn: 'Look at the original package where this matters.',
  },
  'copy-stopped': {
    vi: 'Bản gửi cho cơ quan “{organId}” chưa rời hệ thống và đã được dừng lại.',
    en: 'The copy for the organisation “{organId}” had not left yet and was stopped.',
    todoVi: 'Không cần làm gì; cơ quan đó không nhận được văn bản.',
    todoEn: 'Nothing to do; that organisation does not get the document.',
  },
  'date-format': {
    vi: 'Ngày ở mục “{field}” không viết theo thứ tự năm, tháng, ngày của quy chuẩn.',
    en: 'The date in “{field}” is not written in the form of the standard.',
    todoVi: 'Không phải gửi lại; nên sửa phần mềm kết xuất theo quy chuẩn.',
    todoEn: 'No need to resend; better set the exporting software to the form of the standard.',
  },
  'document-newer-version': {
    vi: 'Gói tin này được tiếp nhận là phiên bản mới của văn bản “{documentId}” đã gửi trước đó.',
    en: 'This package was accepted as a new version of the document “{documentId}” sent before.',
    todoVi: 'Không cần làm gì; hai phiên bản đã được liên kết với nhau.',
    todoEn: 'Nothing to do; the two versions are linked.',
  },
  'element-order': {
    vi: 'Các mục trong phần “{field}” của gói tin không theo thứ tự của quy chuẩn.',
    en: 'The fields in “{field}” are not in the order of the standard.',
    todoVi: 'Không phải gửi lại; thông tin vẫn được đọc đủ.',
    todoEn: 'No need to resend; everything was read.',
  },
  'empty-element': {
    vi: 'Mục “{field}” có mặt nhưng để trống.',
    en: 'The field “{field}” is there but empty.',
    todoVi: 'Không phải gửi lại; nên bỏ hẳn mục không có thông tin.',
    todoEn: 'No need to resend; better leave out fields without content.',
  },
  'encoded-whitespace': {
    vi: 'Phần mã hóa của tệp “{name}” có khoảng trắng hoặc ngắt dòng.',
    en: 'The encoded text of “{name}” contains spaces or line breaks.',
    todoVi: 'Không phải gửi lại; tệp vẫn được đọc đúng.',
    todoEn: 'No need to resend; the file was read correctly.',
  },
  'namespace-legacy': {
    vi: 'Gói tin dùng không gian tên của phiên bản cũ.',
    en: 'The package uses the namespace of an older version.',
    todoVi: 'Không phải gửi lại; nên nâng cấp phần mềm kết xuất theo quy chuẩn hiện hành.',
    todoEn: 'No need to resend; better bring the exporting software up to the current standard.',
  },
  'namespace-missing': {
    vi: 'Gói tin không khai báo không gian tên theo quy chuẩn.',
    en: 'The package does not declare the namespace of the standard.',
    todoVi: 'Không phải gửi lại; nên sửa phần mềm kết xuất theo quy chuẩn.',
    todoEn: 'No need to resend; better mend the exporting software.',
  },
  'holder-unreachable': {
    vi: 'Cơ quan “{organId}” có liên quan đến văn bản nhưng hiện không gửi tới được.',
    en: 'The organisation “{organId}” is concerned with the document but cannot be reached today.',
    todoVi: 'Báo cho cơ quan đó bằng cách khác và kiểm tra kết nối của cơ quan đó trong danh bạ.',
    todoEn: 'Tell that organisation another way and check its connection in the directory.',
  },
  'number-reused': {
    vi: 'Số và ký hiệu “{number}” đã được cơ quan này dùng trong năm cho một văn bản khác.',
    en: 'The number “{number}” was already used this year by the same organisation for another document.',
    todoVi: 'Đối chiếu sổ văn bản đi; nếu cấp trùng số thì gửi văn bản thay thế hoặc thu hồi.',
    todoEn:
      'Check the register of outgoing documents; if the number was given twice, send a replacement or a revocation.',
  },
  'prefix-variant': {
    vi: 'Mục “{name}” dùng tiền tố không gian tên khác với thư viện của trục liên thông.',
    en: "The element “{name}” has another namespace prefix than the national library's.",
    todoVi: 'Không phải gửi lại; một số phần mềm nhận chỉ hiểu tiền tố “edXML”.',
    todoEn: 'No need to resend; some receiving software understands only the prefix “edXML”.',
  },
  'priority-unknown': {
    vi: 'Độ khẩn “{value}” không có trong quy định nên văn bản được coi là thường.',
    en: 'The urgency “{value}” is not one of the prescribed values, so the document is handled as ordinary.',
    todoVi: 'Nếu văn bản khẩn, báo trực tiếp cho nơi nhận và sửa độ khẩn ở lần gửi sau.',
    todoEn: 'If the document is urgent, tell the recipient directly and set the urgency right next time.',
  },
  'receiver-not-holding': {
    vi: 'Cơ quan “{organId}” được nêu là phải rút văn bản nhưng không giữ bản nào, nên không có gì để rút.',
    en: 'The organisation “{organId}” is named as one to take the document from but holds no copy, so there is nothing to take.',
    todoVi: 'Không cần làm gì; cơ quan đó chưa từng nhận văn bản qua hệ thống này.',
    todoEn: 'Nothing to do; that organisation never got the document through this gateway.',
  },
  'recipient-alias': {
    vi: 'Mã “{organId}” là mã cũ hoặc mã khác của nơi nhận, đã được quy về mã hiện hành.',
    en: "The code “{organId}” is an old or other code of the recipient and was resolved to today's code.",
    todoVi: 'Không phải gửi lại; nên cập nhật danh bạ của hệ thống gửi.',
    todoEn: "No need to resend; better update the sending system's directory.",
  },
  'recipient-reached': {
    vi: 'Cơ quan “{organId}” không có ở nơi nhận của gói tin nhưng có liên quan nên cũng được gửi.',
    en: 'The organisation “{organId}” is not among the named recipients but is concerned, so it is sent the package as well.',
    todoVi: 'Không cần làm gì; mọi nơi đang giữ văn bản đều được báo.',
    todoEn: 'Nothing to do; everybody who holds the document is told.',
  },
  'recipient-repeated': {
    vi: 'Nơi nhận “{organId}” được ghi nhiều lần; chỉ có một lượt gửi được lập.',
    en: 'The recipient “{organId}” is listed more than once; one delivery was made.',
    todoVi: 'Không cần làm gì; nơi nhận chỉ nhận một bản.',
    todoEn: 'Nothing to do; the recipient gets one copy.',
  },
  'recipient-succeeded': {
    vi: 'Cơ quan mang mã “{organId}” đã kết thúc hoạt động; văn bản được chuyển cho cơ quan kế tiếp mang mã “{code}”.',
    en: 'The organisation with the code “{organId}” no longer exists; the document goes to its successor, code “{code}”.',
    todoVi: 'Không phải gửi lại; nên cập nhật danh bạ của hệ thống gửi.',
    todoEn: "No need to resend; better update the sending system's directory.",
  },
  'response-for-empty': {
    vi: 'Mục trả lời văn bản có mặt nhưng không nêu văn bản nào.',
    en: 'The package has a reply entry that names no document.',
    todoVi: 'Không phải gửi lại; văn bản không được liên kết với văn bản đến nào.',
    todoEn: 'No need to resend; the document is not linked to any earlier one.',
  },
  'response-unresolved': {
    vi: 'Văn bản trả lời cho “{documentId}” nhưng hệ thống liên thông không có văn bản đó.',
    en: 'The document answers “{documentId}”, which this gateway does not have.',
    todoVi: 'Không phải gửi lại; nơi nhận tự đối chiếu với sổ văn bản của mình.',
    todoEn: 'No need to resend; the recipient compares with its own register.',
  },
  'revocation-refused': {
    vi: 'Nơi nhận từ chối việc thu hồi văn bản (trạng thái “{statusCode}”), trong khi quy định không cho quyền từ chối.',
    en: 'The recipient refused a revocation (status “{statusCode}”), which the rules give no right to refuse.',
    todoVi: 'Liên hệ nơi nhận để thống nhất việc hủy bỏ văn bản bị thu hồi.',
    todoEn: 'Contact the recipient so that the revoked document is cancelled.',
  },
  'root-variant': {
    vi: 'Thành phần ngoài cùng của gói tin mang tên “{name}”, khác với quy chuẩn.',
    en: 'The outermost element of the package is named “{name}”, unlike the standard.',
    todoVi: 'Không phải gửi lại; nên sửa phần mềm kết xuất theo quy chuẩn.',
    todoEn: 'No need to resend; better mend the exporting software.',
  },
  'spelling-variant': {
    vi: 'Mục “{name}” viết khác với tên trong quy chuẩn nhưng vẫn hiểu được.',
    en: 'The field “{name}” is spelled unlike the standard but was understood.',
    todoVi: 'Không phải gửi lại; nên sửa phần mềm kết xuất theo quy chuẩn.',
    todoEn: 'No need to resend; better mend the exporting software.',
  },
  'status-out-of-order': {
    vi: 'Trạng thái “{statusCode}” đến không theo trình tự xử lý thông thường.',
    en: 'The status “{statusCode}” came out of the usual order.',
    todoVi: 'Không cần làm gì; trạng thái vẫn được ghi nhận và bước xử lý xa nhất không bị lùi.',
    todoEn: 'Nothing to do; the status is recorded and the furthest step reached stays.',
  },
  'status-repeated': {
    vi: 'Trạng thái “{statusCode}” đã được báo trước đó.',
    en: 'The status “{statusCode}” was reported before.',
    todoVi: 'Không cần làm gì; trạng thái không bị tính hai lần.',
    todoEn: 'Nothing to do; the status does not count twice.',
  },
  'trace-header-incomplete': {
    vi: 'Dấu vết chuyển văn bản thiếu mã cơ quan hoặc thời điểm.',
    en: 'The trace of the way travelled lacks an organisation code or a time.',
    todoVi: 'Không phải gửi lại; phần còn thiếu được để trống.',
    todoEn: 'No need to resend; what is missing stays blank.',
  },
  'type-unmapped': {
    vi: 'Loại văn bản “{value}” chưa có trong danh mục của hệ thống liên thông.',
    en: "The document type “{value}” is not in the gateway's list.",
    todoVi: 'Không phải gửi lại; tên loại văn bản được giữ nguyên như bên gửi ghi.',
    todoEn: 'No need to resend; the name of the type is kept as the sender wrote it.',
  },
  'unknown-element': {
    vi: 'Gói tin có mục “{name}” ngoài quy chuẩn, không được dùng tới.',
    en: 'The package has a field “{name}” outside the standard; it was not used.',
    todoVi: 'Không phải gửi lại; mục này vẫn được giữ trong gói tin gốc.',
    todoEn: 'No need to resend; the field stays in the original package.',
  },
  'urgent-unchecked': {
    vi: 'Văn bản khẩn được chuyển ngay khi chưa kiểm tra được tình trạng chứng thư số.',
    en: 'The urgent document was delivered before the status of the certificate could be checked.',
    todoVi: 'Thận trọng khi xử lý; hệ thống liên thông kiểm tra lại và báo kết quả sau.',
    todoEn: 'Handle it with care; the gateway checks again and reports the result.',
  },

  // The gateway's own state
  'audit-chain-broken': {
    vi: 'Chuỗi nhật ký kiểm toán bị đứt ở dòng {sequence}: có dòng bị sửa hoặc đổi thứ tự.',
    en: 'The audit chain is broken at row {sequence}: a row was changed or moved.',
    todoVi: 'Giữ nguyên hiện trạng, sao lưu ngay và báo người phụ trách an toàn thông tin.',
    todoEn: 'Leave everything as it is, make a backup at once and tell the security officer.',
  },
  'audit-row-missing': {
    vi: 'Nhật ký kiểm toán bị mất dòng {sequence}.',
    en: 'Row {sequence} of the audit log is missing.',
    todoVi: 'Giữ nguyên hiện trạng, sao lưu ngay và báo người phụ trách an toàn thông tin.',
    todoEn: 'Leave everything as it is, make a backup at once and tell the security officer.',
  },
  'audit-head-unverified': {
    vi: 'Không kiểm tra được chữ ký trên đỉnh nhật ký ở dòng {sequence}: chưa được cung cấp khóa {key}.',
    en: 'The signature on the head at row {sequence} of the audit log cannot be checked: the key {key} was not given.',
    todoVi:
      'Cung cấp mọi khóa công khai đã từng ký mà hệ thống liên thông công bố, rồi kiểm tra lại; nếu không có khóa này, giữ nguyên hiện trạng và báo người phụ trách an toàn thông tin.',
    todoEn:
      'Give every public key that the gateway publishes and check again; when this key is not among them, leave everything as it is and tell the security officer.',
  },
  'audit-stamp-broken': {
    vi: 'Dấu thời gian trên đỉnh nhật ký ở dòng {sequence} không đúng ({reason}).',
    en: 'The time stamp over the head at row {sequence} of the audit log is not right ({reason}).',
    todoVi: 'Giữ nguyên hiện trạng, sao lưu ngay và báo người phụ trách an toàn thông tin.',
    todoEn: 'Leave everything as it is, make a backup at once and tell the security officer.',
  },
  'time-stamp-failed': {
    vi: 'Chưa lấy được dấu thời gian cho nhật ký ({reason}); nhật ký vẫn được ký số.',
    en: 'The time-stamp authority did not stamp the audit log ({reason}); the log is signed all the same.',
    todoVi: 'Kiểm tra địa chỉ, đường kết nối và chứng thư của dịch vụ dấu thời gian; hệ thống liên thông tự thử lại.',
    todoEn: 'Check address, connection and certificate of the time-stamp service; the gateway tries again by itself.',
  },
  'audit-row-unchained': {
    vi: 'Nhật ký kiểm toán có dòng {id} không thuộc chuỗi: dòng này được chèn thêm từ bên ngoài.',
    en: 'The audit log has a row {id} that is not part of the chain: it was slipped in.',
    todoVi: 'Giữ nguyên hiện trạng, sao lưu ngay và báo người phụ trách an toàn thông tin.',
    todoEn: 'Leave everything as it is, make a backup at once and tell the security officer.',
  },
  'broker-unavailable': {
    vi: 'Không kết nối được tới hàng đợi phân việc; gói tin đã tiếp nhận vẫn an toàn.',
    en: 'The queue that spreads the work cannot be reached; accepted packages are safe.',
    todoVi: 'Khôi phục dịch vụ hàng đợi; các lượt gửi tự chạy tiếp.',
    todoEn: 'Bring the queue service back; deliveries go on by themselves.',
  },
  'signing-certificate-missing': {
    vi: 'Khóa ký của hệ thống liên thông chưa có chứng thư số nên bản ký lại không ai kiểm tra được.',
    en: "The gateway's signing key has no certificate, so nobody could verify what it signs.",
    todoVi: 'Khai báo chứng thư số của khóa ký, hoặc bỏ yêu cầu ký trong cấu hình kết nối, rồi cho gửi tiếp.',
    todoEn:
      'Configure the certificate of the signing key, or take the wish to sign from the connection, and let it go on.',
  },
  'signing-unavailable': {
    vi: 'Hệ thống liên thông tạm thời chưa ký số được nên chưa tiếp nhận được gói tin.',
    en: 'The gateway cannot sign at the moment, so it accepts nothing.',
    todoVi: 'Gửi lại sau; người vận hành kiểm tra nơi giữ khóa ký (tệp khóa, thiết bị PKCS#11) theo nhật ký hoạt động.',
    todoEn: 'Send again later; the operator checks what keeps the signing key (file, PKCS#11 device) by the log.',
  },
  'package-missing': {
    vi: 'Gói tùy chọn “{name}” chưa được cài đặt hoặc không dùng được ({reason}).',
    en: 'The optional package “{name}” is not installed, or cannot be used ({reason}).',
    todoVi: 'Chạy lệnh “{command}” rồi khởi động lại.',
    todoEn: 'Run “{command}”, then start again.',
  },
  'config-invalid': {
    vi: 'Thiết lập “{name}” không hợp lệ: {reason}.',
    en: 'The setting “{name}” is not valid: {reason}.',
    todoVi: 'Sửa thiết lập rồi khởi động lại.',
    todoEn: 'Mend the setting, then start again.',
  },
  'data-directory-in-use': {
    vi: 'Thư mục dữ liệu đang được một tiến trình khác của hệ thống liên thông sử dụng.',
    en: 'The data directory is in use by another process of the gateway.',
    todoVi: 'Dừng tiến trình kia, hoặc chọn thư mục dữ liệu khác, rồi khởi động lại.',
    todoEn: 'Stop the other process or choose another data directory, then start again.',
  },
  'database-unavailable': {
    vi: 'Không kết nối được tới cơ sở dữ liệu nên hệ thống liên thông tạm ngừng phục vụ.',
    en: 'The database cannot be reached, so the gateway does not serve for now.',
    todoVi: 'Khôi phục cơ sở dữ liệu; bên gửi thử lại sau ít phút.',
    todoEn: 'Bring the database back; the sender tries again in a few minutes.',
  },
  'file-unreadable': {
    vi: 'Không đọc được tệp “{file}”: {reason}.',
    en: 'The file “{file}” cannot be read: {reason}.',
    todoVi: 'Kiểm tra đường dẫn và quyền đọc tệp rồi chạy lại lệnh.',
    todoEn: 'Check the path and the right to read it, then give the command again.',
  },
  'fsync-off': {
    vi: 'Cơ sở dữ liệu đang tắt chế độ ghi bền “{name}”, có thể mất dữ liệu khi mất điện.',
    en: 'The database runs with “{name}” off and may lose data when power fails.',
    todoVi: 'Bật lại chế độ này trong cấu hình cơ sở dữ liệu rồi khởi động lại.',
    todoEn: 'Turn it on in the settings of the database, then start again.',
  },
  'gateway-answer-invalid': {
    vi: 'Địa chỉ “{address}” trả lời không đúng giao diện của hệ thống liên thông.',
    en: 'What “{address}” answered is not what this gateway’s interface says.',
    todoVi: 'Kiểm tra địa chỉ có đúng là hệ thống liên thông không, và phiên bản của hai bên.',
    todoEn: 'Check that the address is the gateway’s, and the versions of both sides.',
  },
  'gateway-unreachable': {
    vi: 'Không kết nối được tới hệ thống liên thông tại {address}.',
    en: 'The gateway at {address} cannot be reached.',
    todoVi: 'Kiểm tra địa chỉ và xem hệ thống liên thông có đang chạy không.',
    todoEn: 'Check the address and whether the gateway is running.',
  },
  'file-exists': {
    vi: 'Đã có tệp “{file}”.',
    en: 'There is a file “{file}” already.',
    todoVi: 'Chọn tên khác, hoặc thêm --force để ghi đè, rồi chạy lại lệnh.',
    todoEn: 'Choose another name, or add --force to write over it, then give the command again.',
  },
  'path-unusable': {
    vi: 'Không dùng được thư mục hoặc tệp “{file}”: {reason}.',
    en: 'The folder or file “{file}” cannot be used: {reason}.',
    todoVi: 'Chọn đường dẫn khác hoặc cấp quyền ghi cho tài khoản chạy lệnh, rồi chạy lại.',
    todoEn: 'Choose another path or give the account the right to write there, then start again.',
  },
  'port-in-use': {
    vi: 'Cổng {port} đang được chương trình khác sử dụng.',
    en: 'The port {port} is in use by another program.',
    todoVi: 'Dừng chương trình kia hoặc chọn cổng khác rồi khởi động lại.',
    todoEn: 'Stop the other program or choose another port, then start again.',
  },
  'schema-too-new': {
    vi: 'Cơ sở dữ liệu đã ở phiên bản {version}, mới hơn mức chương trình này đọc được.',
    en: 'The database is at version {version}, newer than this program can read.',
    todoVi: 'Cài phiên bản chương trình mới hơn rồi khởi động lại.',
    todoEn: 'Install a newer version of the program, then start again.',
  },
  'schema-too-old': {
    vi: 'Cơ sở dữ liệu mới ở phiên bản {version}, cũ hơn mức chương trình này cần.',
    en: 'The database is at version {version}, older than this program needs.',
    todoVi: 'Sao lưu, chạy lệnh lienthong migrate rồi khởi động lại.',
    todoEn: 'Make a backup, run lienthong migrate and start again.',
  },
  'wrong-usage': {
    vi: 'Lệnh không đúng cách dùng: {reason}.',
    en: 'The command was not used correctly: {reason}.',
    todoVi: 'Xem hướng dẫn bằng tùy chọn --help rồi gõ lại lệnh.',
    todoEn: 'Read the help with --help, then give the command again.',
  },
};
