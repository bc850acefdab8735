#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "codec/http_view.h"

namespace tidemark::codec {

/// What a signature (AWS Signature Version 4) was made for: "AKID/20261123/us-east-1/monitoring/…".
struct SignatureScope {
  std::string access_key;
  std::string date;  ///< "20261123"
  std::string region;
  std::string service;  ///< as signed: "monitoring", "sns"
};

/// The scope a request claims, from its Authorization header or X-Amz-Credential parameter, without
/// any check of the signature. nullopt: unsigned, or not written as a scope.
std::optional<SignatureScope> signature_scope(const HttpView& request);

/// The name of a region: 1 to 64 lower-case letters, digits and '-'. It goes into keys and ARNs, so
/// no other is let in, signed or not.
bool is_region(std::string_view text);

/// The secret of an access key; nullopt: no such key.
using SecretOf = std::function<std::optional<std::string>(std::string_view access_key)>;

struct SignatureRules {
  Timestamp now;  ///< machine time
  Duration skew = std::chrono::minutes(5);
  std::string_view service;             ///< the scope must name it ("monitoring"); empty: any
  std::string_view region;              ///< the same; empty: any
  bool allow_unsigned_payload = false;  ///< true only where the transport protects the body
};

/// Why a request is not let in; `code` and `status` as AWS answers.
struct SignatureRefusal {
  std::string code;
  std::string message;
  int status = 403;
};

struct SignatureVerdict {
  std::optional<SignatureRefusal> refusal;  ///< nullopt: the signature holds
  SignatureScope scope;                     ///< meaningful without refusal
  std::string signature;                    ///< in hex; with the time, what a replay cache keys on
};

/// Checks a header-signed request; `request.body` and headers as they were sent, still compressed.
/// host must be signed, and so must x-amz-date, x-amz-target, x-amz-content-sha256 and
/// x-amz-security-token where sent. Signatures in the query string are refused.
/// An unknown key costs the same work as a wrong signature, so timing does not tell keys apart.
/// MissingAuthenticationToken 403, IncompleteSignature 400, RequestExpired 400,
/// InvalidClientTokenId 403, SignatureDoesNotMatch 403.
SignatureVerdict verify_sigv4(const HttpView& request,
                              const SecretOf& secret_of,
                              const SignatureRules& rules);

struct SigningKey {
  std::string access_key;
  std::string secret;
  std::string region;
  std::string service;
};

struct RequestToSign {
  std::string method = "POST";
  std::string path = "/";
  std::string query;
  std::vector<std::pair<std::string, std::string>> headers;  ///< must hold Host
  std::string body;
};

/// The headers to add (X-Amz-Date, Authorization): all headers given are signed. For calls of our
/// own to AWS-like services, and for tests.
std::vector<std::pair<std::string, std::string>> sign_sigv4(const RequestToSign& request,
                                                            const SigningKey& key,
                                                            Timestamp at);

}  // namespace tidemark::codec
