#include "net/smtp_client.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "net/curl/handles.h"
#include "net/mail/mail_text.h"

namespace tidemark::net {
namespace {

using mail::Mailbox;

/// What a mail becomes before anything is connected.
struct Envelope {
  Mailbox from;
  std::vector<Mailbox> to;
  std::vector<std::string> headers;
};

Result<void> add_header(std::vector<std::string>& lines,
                        const std::string& name,
                        const std::string& value) {
  if (!is_header_name(name) || !is_header_value(value)) {
    return fail(Errc::invalid,
                fmt::format("mail header {} holds a line break or another "
                            "character it must not",
                            is_header_name(name) ? name : "name"));
  }
  lines.push_back(name + ": " + mail::header_text(value));
  return {};
}

/// The headers made from the fields of Mail, or by curl: not to be given twice.
bool is_made_here(const std::string& name) {
  constexpr std::string_view kMade[] = {"From",
                                        "To",
                                        "Subject",
                                        "Message-ID",
                                        "Date",
                                        "MIME-Version",
                                        "Content-Type",
                                        "Bcc",
                                        "Content-Transfer-Encoding"};
  return std::any_of(std::begin(kMade), std::end(kMade), [&](std::string_view made) {
    return equal_ignoring_case(name, made);
  });
}

Result<std::string> message_id_line(const std::string& given) {
  std::string id = given;
  if (id.starts_with('<') && id.ends_with('>')) id = id.substr(1, id.size() - 2);
  const bool legal = id.size() <= 250 && std::all_of(id.begin(), id.end(), [](char c) {
                       return c > 0x20 && c < 0x7f && c != '<' && c != '>';
                     });
  if (!legal || id.find('@') == std::string::npos) {
    return fail(Errc::invalid, "mail message_id must look like id@host");
  }
  return "Message-ID: <" + id + ">";
}

/// The To header; fills `boxes`.
Result<std::string> to_line(const std::vector<std::string>& recipients,
                            std::vector<Mailbox>& boxes) {
  std::string line = "To: ";
  for (const std::string& text : recipients) {
    TM_TRY(Mailbox box, mail::parse_mailbox(text));
    if (!boxes.empty()) line += ",\r\n ";
    line += mail::format_mailbox(box);
    boxes.push_back(std::move(box));
  }
  return line;
}

Result<void> add_extra_headers(std::vector<std::string>& lines, const std::vector<Header>& extra) {
  for (const Header& header : extra) {
    if (is_made_here(header.name)) {
      return fail(Errc::invalid, fmt::format("mail header {} is set by a field", header.name));
    }
    TM_TRY_VOID(add_header(lines, header.name, header.value));
  }
  return {};
}

Result<Envelope> make_envelope(const Mail& mail, const std::string& default_from) {
  Envelope out;
  if (mail.to.empty()) return fail(Errc::invalid, "mail has no recipient");
  TM_TRY(out.from, mail::parse_mailbox(mail.from.empty() ? default_from : mail.from));
  TM_TRY(std::string recipients, to_line(mail.to, out.to));
  if (mail.date) out.headers.push_back("Date: " + mail::mail_date(*mail.date));
  out.headers.push_back("From: " + mail::format_mailbox(out.from));
  out.headers.push_back(std::move(recipients));
  TM_TRY_VOID(add_header(out.headers, "Subject", mail.subject));
  if (!mail.message_id.empty()) {
    TM_TRY(std::string line, message_id_line(mail.message_id));
    out.headers.push_back(std::move(line));
  }
  TM_TRY_VOID(add_extra_headers(out.headers, mail.headers));
  out.headers.emplace_back("Content-Type: multipart/alternative");  // curl adds the boundary
  return out;
}

/// Keeps the server's latest reply line, printable part only.
std::size_t take_reply(char* data, std::size_t, std::size_t size, void* raw) {
  constexpr std::size_t kShown = 300;
  std::string_view line(data, size);
  line = line.substr(0, std::min(line.find_last_not_of("\r\n") + 1, kShown));
  auto& last = *static_cast<std::string*>(raw);
  last = line;
  for (char& c : last) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return size;
}

void add_text(curl_mime* body, const std::string& text, const char* type) {
  curl_mimepart* part = curl_mime_addpart(body);
  const std::string lines = mail::with_crlf(text);
  curl_mime_data(part, lines.data(), lines.size());
  curl_mime_type(part, type);
  curl_mime_encoder(part, "quoted-printable");
}

Error error_of(CURLcode code, long status, const std::string& reply, const SmtpOptions& options) {
  if (code == CURLE_USE_SSL_FAILED) {
    return {Errc::unavailable, "the mail server offers no TLS, and TLS is required"};
  }
  // A login that ends at 334 was broken off: some servers do so on a wrong password.
  if (status == 334) {
    return {Errc::unavailable, "the mail server did not complete the login (wrong password?)"};
  }
  if (status >= 400 && status < 600) {
    return {status >= 500 ? Errc::denied : Errc::unavailable,
            fmt::format("the mail server answered: {}", reply)};
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    const auto seconds = std::chrono::duration<double>(options.timeout).count();
    return {Errc::unavailable, fmt::format("the mail server did not answer within {} s", seconds)};
  }
  return {Errc::unavailable, fmt::format("mail was not sent: {}", curl_easy_strerror(code))};
}

class SmtpClient final : public MailClient {
 public:
  explicit SmtpClient(SmtpOptions options) : options_(std::move(options)) {}

  Result<void> send(const Mail& mail) override {
    TM_TRY(const Envelope envelope, make_envelope(mail, options_.from));
    const curl::Easy easy(curl_easy_init());
    if (!easy) return fail(Errc::internal, "curl cannot start");
    CURL* const raw = easy.get();
    curl::Lines recipients;
    for (const Mailbox& to : envelope.to)
      recipients.add("<" + to.address + ">");
    curl::Lines headers;
    for (const std::string& line : envelope.headers)
      headers.add(line);
    const curl::Mime body(curl_mime_init(raw));
    add_text(body.get(), mail.text, "text/plain; charset=utf-8");
    if (!mail.html.empty()) add_text(body.get(), mail.html, "text/html; charset=utf-8");
    std::string reply;
    const std::string from = "<" + envelope.from.address + ">";
    curl_easy_setopt(raw, CURLOPT_MAIL_FROM, from.c_str());
    curl_easy_setopt(raw, CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(raw, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(raw, CURLOPT_MIMEPOST, body.get());
    curl_easy_setopt(raw, CURLOPT_HEADERFUNCTION, &take_reply);
    curl_easy_setopt(raw, CURLOPT_HEADERDATA, &reply);
    set_connection(raw);
    const CURLcode code = curl_easy_perform(raw);
    if (code == CURLE_OK) return {};
    long status = 0;
    curl_easy_getinfo(raw, CURLINFO_RESPONSE_CODE, &status);
    return tl::unexpected(error_of(code, status, reply, options_));
  }

 private:
  void set_connection(CURL* raw) const {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(options_.timeout).count();
    const long at_least_one = std::max<long>(ms, 1);
    curl_easy_setopt(raw, CURLOPT_URL, options_.url.c_str());
    curl_easy_setopt(raw, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(raw, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(raw, CURLOPT_PROXY, "");
    curl_easy_setopt(raw, CURLOPT_TIMEOUT_MS, at_least_one);
    curl_easy_setopt(raw, CURLOPT_CONNECTTIMEOUT_MS, at_least_one);
    curl_easy_setopt(
        raw, CURLOPT_SERVER_RESPONSE_TIMEOUT, std::max<long>(static_cast<long>(ms / 1000), 1));
    curl_easy_setopt(raw,
                     CURLOPT_USE_SSL,
                     static_cast<long>(options_.require_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    curl_easy_setopt(raw, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!options_.username.empty()) {
      curl_easy_setopt(raw, CURLOPT_USERNAME, options_.username.c_str());
      curl_easy_setopt(raw, CURLOPT_PASSWORD, options_.password.c_str());
    }
  }

  const SmtpOptions options_;
};

}  // namespace

Result<void> check_smtp_url(const std::string& text) {
  curl::start_once();
  const curl::Url url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) {
    return fail(Errc::invalid, "smtp url cannot be read; expected smtp://host:port");
  }
  const std::string scheme = curl::url_part(url.get(), CURLUPART_SCHEME);
  if (scheme != "smtp" && scheme != "smtps") {
    return fail(Errc::invalid, "smtp url must start with smtp:// or smtps://");
  }
  if (!curl::url_part(url.get(), CURLUPART_USER).empty() ||
      !curl::url_part(url.get(), CURLUPART_PASSWORD).empty()) {
    return fail(Errc::invalid, "smtp url must not hold credentials; use username and password");
  }
  return {};
}

Result<void> check_sender(const std::string& from) {
  if (from.empty()) return fail(Errc::invalid, "smtp from is missing");
  return mail::parse_mailbox(from).map([](const Mailbox&) {});
}

Result<std::unique_ptr<MailClient>> make_smtp_client(SmtpOptions options) {
  TM_TRY_VOID(check_smtp_url(options.url));
  TM_TRY_VOID(check_sender(options.from));
  return std::unique_ptr<MailClient>(std::make_unique<SmtpClient>(std::move(options)));
}

}  // namespace tidemark::net
