#include "codec/aws/signature.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/assert.h"
#include "codec/aws/percent.h"

namespace tidemark::codec::aws {
namespace {

using Digest = std::array<unsigned char, 32>;

std::string hex(const Digest& digest) {
  std::string out;
  for (const unsigned char byte : digest)
    fmt::format_to(std::back_inserter(out), "{:02x}", byte);
  return out;
}

std::string_view view_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Digest hmac(std::string_view key, std::string_view text) {
  Digest digest{};
  unsigned size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  TM_ASSERT(HMAC(EVP_sha256(),
                 key.data(),
                 static_cast<int>(key.size()),
                 bytes,
                 text.size(),
                 digest.data(),
                 &size) != nullptr);
  return digest;
}

// RFC 3986, section 5.2.4, and no empty segments; then encoded once more.
std::string canonical_path(std::string_view path) {
  Words kept;
  for (const std::string_view segment : split(path, '/')) {
    if (segment.empty() || segment == ".") continue;
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else {
      kept.push_back(segment);
    }
  }
  std::string out;
  for (const std::string_view segment : kept)
    out += "/" + percent_encode(segment);
  const bool folder = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
  return out.empty() || folder ? out + "/" : out;
}

std::string canonical_query(std::string_view query) {
  if (query.empty()) return {};
  const auto encode = [](std::string_view text) {
    return percent_encode(percent_decode(text).value_or(std::string(text)));
  };
  std::vector<std::pair<std::string, std::string>> fields;
  for (const std::string_view field : split(query, '&')) {
    if (field.empty()) continue;
    const std::size_t equals = std::min(field.find('='), field.size());
    const std::size_t after = std::min(equals + 1, field.size());
    fields.emplace_back(encode(field.substr(0, equals)), encode(field.substr(after)));
  }
  std::sort(fields.begin(), fields.end());
  std::string out;
  for (const auto& [name, value] : fields) {
    out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, value);
  }
  return out;
}

// Trimmed, runs of blanks as one.
std::string canonical_value(std::string_view value) {
  std::string out;
  for (const std::string_view word : split(trim(value), ' ')) {
    if (word.empty()) continue;
    if (!out.empty()) out.push_back(' ');
    out.append(word);
  }
  return out;
}

}  // namespace

Words split(std::string_view text, char separator) {
  Words words;
  for (;;) {
    const std::size_t end = text.find(separator);
    words.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return words;
    text.remove_prefix(end + 1);
  }
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string sha256_hex(std::string_view bytes) {
  Digest digest{};
  TM_ASSERT(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) ==
            1);
  return hex(digest);
}

std::optional<std::string> canonical_request(const HttpView& request,
                                             std::string_view signed_headers,
                                             std::string_view payload_hash) {
  std::string headers;
  for (const std::string_view name : split(signed_headers, ';')) {
    const auto value = request.header(name);
    if (!value) return std::nullopt;
    headers += fmt::format("{}:{}\n", name, canonical_value(*value));
  }
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}",
                     request.method,
                     canonical_path(request.path),
                     canonical_query(request.query),
                     headers,
                     signed_headers,
                     payload_hash);
}

std::string signature_of(const std::string& canonical,
                         const SignatureScope& scope,
                         std::string_view date,
                         std::string_view secret) {
  const std::string text = fmt::format("{}\n{}\n{}/{}/{}/aws4_request\n{}",
                                       kSignatureAlgorithm,
                                       date,
                                       scope.date,
                                       scope.region,
                                       scope.service,
                                       sha256_hex(canonical));
  Digest key = hmac(fmt::format("AWS4{}", secret), scope.date);
  for (const std::string_view step : {std::string_view(scope.region),
                                      std::string_view(scope.service),
                                      std::string_view("aws4_request")}) {
    key = hmac(view_of(key), step);
  }
  return hex(hmac(view_of(key), text));
}

std::optional<Timestamp> parse_amz_date(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  return parse_rfc3339(fmt::format("{}-{}-{}T{}:{}:{}Z",
                                   text.substr(0, 4),
                                   text.substr(4, 2),
                                   text.substr(6, 2),
                                   text.substr(9, 2),
                                   text.substr(11, 2),
                                   text.substr(13, 2)));
}

std::string format_amz_date(Timestamp at) {
  const CivilTime civil = to_civil(at);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z",
                     civil.year,
                     civil.month,
                     civil.day,
                     civil.hour,
                     civil.minute,
                     civil.second);
}

}  // namespace tidemark::codec::aws
