#include "net/mail/mail_text.h"

#include <algorithm>
#include <vector>

#include <openssl/evp.h>

#include "net/http.h"
#include "net/server/head.h"

namespace tidemark::net::mail {
namespace {

/// RFC 2047 section 2: a word has at most 75 characters, "=?UTF-8?B?" and "?=" take 12, so that 63
/// are left: 15 groups of four, 45 bytes.
constexpr std::size_t kWordBytes = 45;
/// RFC 5322 section 2.1.1: a line has at most 998.
constexpr std::size_t kPlainMax = 900;

std::string base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

/// The longest start of at most kWordBytes that does not cut a character. Bytes that are not UTF-8
/// are cut anywhere.
std::string_view next_word(std::string_view text) {
  if (text.size() <= kWordBytes) return text;
  std::size_t size = kWordBytes;
  while (size > kWordBytes - 4 && is_continuation(text[size]))
    --size;
  return text.substr(0, size);
}

bool is_atom(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-/=?^_`{|}~.";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kMarks.find(c) != std::string_view::npos;
}

bool is_domain(char c) {
  return is_atom(c) || c == '[' || c == ']' || c == ':';
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

bool is_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size() || text.size() > 254) {
    return false;
  }
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  return std::all_of(local.begin(), local.end(), is_atom) &&
         std::all_of(domain.begin(), domain.end(), is_domain) && !local.starts_with('-');
}

}  // namespace

std::string header_text(std::string_view utf8) {
  const bool plain =
      std::all_of(utf8.begin(), utf8.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (plain && utf8.size() <= kPlainMax && utf8.find("=?") == std::string_view::npos) {
    return std::string(utf8);
  }
  std::string out;
  while (!utf8.empty()) {
    const std::string_view word = next_word(utf8);
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + base64(word) + "?=";
    utf8.remove_prefix(word.size());
  }
  return out;
}

Result<Mailbox> parse_mailbox(std::string_view text) {
  Mailbox box;
  std::string_view address = trimmed(text);
  if (address.ends_with('>')) {
    const std::size_t open = address.rfind('<');
    if (open == std::string_view::npos) return fail(Errc::invalid, "mail address lacks its \"<\"");
    std::string_view display = trimmed(address.substr(0, open));
    if (display.size() >= 2 && display.starts_with('"') && display.ends_with('"')) {
      display = display.substr(1, display.size() - 2);
    }
    box.display = display;
    address = address.substr(open + 1, address.size() - open - 2);
  }
  if (!is_header_value(text) || !is_address(address)) {
    return fail(Errc::invalid, "mail address must look like name@host, or Name <name@host>");
  }
  box.address = address;
  return box;
}

std::string format_mailbox(const Mailbox& box) {
  if (box.display.empty()) return box.address;
  const bool simple = std::all_of(box.display.begin(), box.display.end(), [](char c) {
    return (is_atom(c) && c != '=') || c == ' ';
  });
  const std::string encoded = header_text(box.display);
  if (encoded != box.display || simple) return encoded + " <" + box.address + ">";
  std::string quoted = "\"";
  for (const char c : box.display) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\" <" + box.address + ">";
}

std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
      out += "\r\n";
    } else if (text[i] == '\n') {
      out += "\r\n";
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string mail_date(Timestamp at) {
  std::string out = server::http_date(at);
  out.replace(out.size() - 3, 3, "+0000");
  return out;
}

}  // namespace tidemark::net::mail
