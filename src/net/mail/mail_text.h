#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace tidemark::net::mail {

/// Header text as RFC 2047 encoded words (UTF-8, base64) where it is not plain ASCII; each word at
/// most 75 characters, cut between characters, folded.
std::string header_text(std::string_view utf8);

/// A mail address taken apart.
struct Mailbox {
  std::string display;
  /// local@domain
  std::string address;
};
/// Reads "a@b" or "Name <a@b>". `Errc::invalid` for anything with a control character, white space,
/// quotes or a second '@' in the address, or with letters beyond ASCII in it.
Result<Mailbox> parse_mailbox(std::string_view text);
/// As it stands in From and To.
std::string format_mailbox(const Mailbox& box);

/// Every line end becomes CRLF.
std::string with_crlf(std::string_view text);
/// "Thu, 28 Nov 2013 00:00:00 +0000" (RFC 5322).
std::string mail_date(Timestamp at);

}  // namespace tidemark::net::mail
