#include "codec/sigv4.h"

#include <algorithm>

#include <fmt/format.h>
#include <openssl/crypto.h>

#include "codec/aws/percent.h"
#include "codec/aws/signature.h"

namespace tidemark::codec {
namespace {

using aws::split;
using aws::Words;

constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
constexpr std::size_t kMaxSignedHeaders = 100;

struct Authorization {
  SignatureScope scope;
  Words signed_headers;
  std::string_view signed_headers_text;
  std::string_view signature;
};

std::optional<SignatureScope> parse_scope(std::string_view credential) {
  const Words parts = split(credential, '/');
  if (parts.size() != 5 || parts[4] != "aws4_request") return std::nullopt;
  if (std::any_of(parts.begin(), parts.end(), [](auto part) { return part.empty(); })) {
    return std::nullopt;
  }
  return SignatureScope{
      std::string(parts[0]), std::string(parts[1]), std::string(parts[2]), std::string(parts[3])};
}

// The named part of "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…".
std::optional<std::string_view> part_of(std::string_view header, std::string_view name) {
  if (!header.starts_with(aws::kSignatureAlgorithm)) return std::nullopt;
  for (std::string_view part : split(header.substr(aws::kSignatureAlgorithm.size()), ',')) {
    part = aws::trim(part);
    if (part.starts_with(name) && part.substr(name.size()).starts_with('=')) {
      return part.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

std::optional<std::string> query_parameter(std::string_view query, std::string_view name) {
  for (const std::string_view field : split(query, '&')) {
    if (field.starts_with(name) && field.substr(name.size()).starts_with('=')) {
      return aws::percent_decode(field.substr(name.size() + 1));
    }
  }
  return std::nullopt;
}

using Refusal = std::optional<SignatureRefusal>;

SignatureRefusal incomplete(std::string message) {
  return {"IncompleteSignature", std::move(message), 400};
}
SignatureRefusal mismatch(std::string message) {
  return {"SignatureDoesNotMatch", std::move(message), 403};
}

Refusal read_authorization(const HttpView& request, Authorization* out) {
  const auto header = request.header("authorization");
  if (!header) {
    if (query_parameter(request.query, "X-Amz-Signature")) {
      return incomplete("Signatures in the query string are not accepted; sign with headers.");
    }
    return SignatureRefusal{"MissingAuthenticationToken", "Missing Authentication Token", 403};
  }
  if (!header->starts_with(aws::kSignatureAlgorithm)) {
    return incomplete(fmt::format("Authorization must begin with '{}'.", aws::kSignatureAlgorithm));
  }
  for (const std::string_view name : {"Credential", "SignedHeaders", "Signature"}) {
    if (!part_of(*header, name)) {
      return incomplete(fmt::format("Authorization header requires '{}' parameter.", name));
    }
  }
  auto scope = parse_scope(*part_of(*header, "Credential"));
  if (!scope) return incomplete("Credential must be KEY/DATE/REGION/SERVICE/aws4_request.");
  out->scope = *std::move(scope);
  out->signed_headers_text = *part_of(*header, "SignedHeaders");
  out->signed_headers = split(out->signed_headers_text, ';');
  out->signature = *part_of(*header, "Signature");
  if (out->signed_headers.size() > kMaxSignedHeaders) return incomplete("Too many signed headers.");
  return std::nullopt;
}

Refusal check_date(const HttpView& request,
                   const SignatureScope& scope,
                   const SignatureRules& rules) {
  const auto text = request.header("x-amz-date");
  const auto at = text ? aws::parse_amz_date(*text) : std::nullopt;
  if (!at)
    return incomplete("The request must carry an X-Amz-Date header, such as 20261123T130550Z.");
  if (text->substr(0, 8) != scope.date) {
    return mismatch("Date in Credential scope does not match the date of X-Amz-Date.");
  }
  const Duration off = rules.now > *at ? rules.now - *at : *at - rules.now;
  if (off <= rules.skew) return std::nullopt;
  return SignatureRefusal{
      "RequestExpired",
      fmt::format("The request was signed at {} and it is {} now; at most {} s apart are accepted.",
                  *text,
                  aws::format_amz_date(rules.now),
                  rules.skew / std::chrono::seconds(1)),
      400};
}

Refusal check_scope(const SignatureScope& scope, const SignatureRules& rules) {
  if (!is_region(scope.region)) return mismatch("Credential should be scoped to a valid region.");
  if (!rules.service.empty() && scope.service != rules.service) {
    return mismatch(
        fmt::format("Credential should be scoped to correct service: '{}'.", rules.service));
  }
  if (!rules.region.empty() && scope.region != rules.region) {
    return mismatch(
        fmt::format("Credential should be scoped to a valid region: '{}'.", rules.region));
  }
  return std::nullopt;
}

Refusal check_signed_headers(const HttpView& request, const Words& names) {
  for (const std::string_view name :
       {"host", "x-amz-date", "x-amz-target", "x-amz-content-sha256", "x-amz-security-token"}) {
    const bool needed = name == "host" || request.header(name).has_value();
    if (needed && std::find(names.begin(), names.end(), name) == names.end()) {
      return mismatch(fmt::format("'{}' must be a 'SignedHeader' in the Authorization.", name));
    }
  }
  return std::nullopt;
}

Refusal check_payload(const HttpView& request, const SignatureRules& rules, std::string* hash) {
  const auto claimed = request.header("x-amz-content-sha256");
  if (claimed == kUnsignedPayload && rules.allow_unsigned_payload) {
    *hash = kUnsignedPayload;
    return std::nullopt;
  }
  if (claimed == kUnsignedPayload) return mismatch("UNSIGNED-PAYLOAD is not accepted here.");
  *hash = aws::sha256_hex(request.body);
  if (!claimed || *claimed == *hash) return std::nullopt;
  return mismatch("The value of x-amz-content-sha256 does not match the body.");
}

Refusal check_request(const HttpView& request,
                      const SignatureRules& rules,
                      Authorization* claim,
                      std::string* payload_hash) {
  if (auto refusal = read_authorization(request, claim)) return refusal;
  if (auto refusal = check_scope(claim->scope, rules)) return refusal;
  if (auto refusal = check_signed_headers(request, claim->signed_headers)) return refusal;
  if (auto refusal = check_date(request, claim->scope, rules)) return refusal;
  return check_payload(request, rules, payload_hash);
}

bool same_text(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

bool is_region(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::optional<SignatureScope> signature_scope(const HttpView& request) {
  const auto header = request.header("authorization");
  if (header) {
    const auto credential = part_of(*header, "Credential");
    return credential ? parse_scope(*credential) : std::nullopt;
  }
  const auto credential = query_parameter(request.query, "X-Amz-Credential");
  return credential ? parse_scope(*credential) : std::nullopt;
}

SignatureVerdict verify_sigv4(const HttpView& request,
                              const SecretOf& secret_of,
                              const SignatureRules& rules) {
  Authorization claim;
  std::string payload_hash;
  if (auto refusal = check_request(request, rules, &claim, &payload_hash)) {
    return {std::move(refusal), {}, {}};
  }
  const auto canonical = aws::canonical_request(request, claim.signed_headers_text, payload_hash);
  if (!canonical) return {mismatch("A signed header is not in the request."), {}, {}};
  const auto secret = secret_of(claim.scope.access_key);
  const std::string date(*request.header("x-amz-date"));
  const std::string expected =
      aws::signature_of(*canonical, claim.scope, date, secret.value_or("no such key, same work"));
  const bool same = same_text(expected, claim.signature);
  if (!secret) {
    return {
        SignatureRefusal{
            "InvalidClientTokenId", "The security token included in the request is invalid.", 403},
        {},
        {}};
  }
  if (!same) {
    return {
        mismatch("The request signature we calculated does not match the signature you provided. "
                 "Check your AWS Secret Access Key and signing method."),
        {},
        {}};
  }
  return {std::nullopt, std::move(claim.scope), expected};
}

std::vector<std::pair<std::string, std::string>> sign_sigv4(const RequestToSign& request,
                                                            const SigningKey& key,
                                                            Timestamp at) {
  const std::string date = aws::format_amz_date(at);
  std::vector<std::pair<std::string, std::string>> headers{{"x-amz-date", date}};
  for (const auto& [name, value] : request.headers) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    headers.emplace_back(std::move(lower), value);
  }
  std::sort(headers.begin(), headers.end());
  const auto lookup = [&](std::string_view name) -> std::optional<std::string_view> {
    const auto found = std::find_if(
        headers.begin(), headers.end(), [&](const auto& header) { return header.first == name; });
    return found == headers.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  };
  std::string names;
  for (const auto& header : headers) {
    names += (names.empty() ? "" : ";") + header.first;
  }
  const SignatureScope scope{key.access_key, date.substr(0, 8), key.region, key.service};
  const HttpView view{request.method, request.path, request.query, request.body, lookup};
  const auto payload = lookup("x-amz-content-sha256");
  const std::string hash = payload ? std::string(*payload) : aws::sha256_hex(request.body);
  const std::string signature = aws::signature_of(
      aws::canonical_request(view, names, hash).value_or(""), scope, date, key.secret);
  return {{"X-Amz-Date", date},
          {"Authorization",
           fmt::format("{} Credential={}/{}/{}/{}/aws4_request, SignedHeaders={}, Signature={}",
                       aws::kSignatureAlgorithm,
                       key.access_key,
                       scope.date,
                       key.region,
                       key.service,
                       names,
                       signature)}};
}

}  // namespace tidemark::codec
