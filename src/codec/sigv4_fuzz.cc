#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "codec/sigv4.h"

namespace codec = tidemark::codec;

// Line by line: Authorization, X-Amz-Date, path, query; the rest is the body. Nobody holds a key,
// so nothing may be let in.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto line = [&rest] {
    const std::string_view text = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(text.size() + 1, rest.size()));
    return text;
  };
  const std::string_view authorization = line();
  const std::string_view date = line();
  const std::string_view path = line();
  const std::string_view query = line();
  const auto header = [&](std::string_view name) -> std::optional<std::string_view> {
    if (name == "authorization" && !authorization.empty()) return authorization;
    if (name == "x-amz-date") return date;
    if (name == "host") return "localhost";
    return std::nullopt;
  };
  const codec::HttpView request{"POST", path, query, rest, header};
  codec::signature_scope(request);
  const codec::SecretOf nobody = [](std::string_view) { return std::nullopt; };
  codec::SignatureRules rules;
  rules.now = tidemark::Timestamp::from_s(1'440'938'160);
  const auto verdict = codec::verify_sigv4(request, nobody, rules);
  TM_ASSERT(verdict.refusal.has_value());
  return 0;
}
