#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "codec/http_view.h"
#include "codec/sigv4.h"

// The arithmetic of Signature Version 4 (AWS General Reference, "Create a signed AWS API request"):
// canonical request, string to sign, derived key. Who may do what is decided in sigv4.cc.

namespace tidemark::codec::aws {

inline constexpr std::string_view kSignatureAlgorithm = "AWS4-HMAC-SHA256";

using Words = std::vector<std::string_view>;

/// At least one word; empty words are kept.
Words split(std::string_view text, char separator);
std::string_view trim(std::string_view text);

std::string sha256_hex(std::string_view bytes);

/// The request in canonical form: the path is encoded once more than it was sent, as every service
/// but S3 does it. `signed_headers`: lower-case names separated by ';'. nullopt: one of them is not
/// in the request.
std::optional<std::string> canonical_request(const HttpView& request,
                                             std::string_view signed_headers,
                                             std::string_view payload_hash);

/// In hex. `date`: as X-Amz-Date says it.
std::string signature_of(const std::string& canonical,
                         const SignatureScope& scope,
                         std::string_view date,
                         std::string_view secret);

/// "20261123T130550Z"
std::optional<Timestamp> parse_amz_date(std::string_view text);
std::string format_amz_date(Timestamp at);

}  // namespace tidemark::codec::aws
