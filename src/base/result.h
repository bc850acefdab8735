#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace tidemark {

/// What kind of failure it is: the caller branches on this, a person reads `Error::what`.
enum class Errc {
  invalid,       ///< the input breaks a rule; `what` names the field and the limit
  not_found,     ///< the named thing does not exist
  exists,        ///< the named thing exists already and must not
  limit,         ///< a configured limit is reached (not retryable as it is)
  overloaded,    ///< no room now; the same request may succeed later
  denied,        ///< not allowed
  unauthorized,  ///< who asks is not known (missing or wrong credentials)
  io,            ///< disk or network failed
  corrupt,       ///< stored bytes fail their checksum or format
  timeout,       ///< a deadline passed
  unavailable,   ///< starting, stopping or read-only
  internal,      ///< a fault of ours or of a library
};

/// `what`: one sentence for a person; never holds a secret.
struct Error {
  Errc code = Errc::internal;
  std::string what;
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Errc code, std::string what) {
  return tl::unexpected<Error>(Error{code, std::move(what)});
}

/// "invalid", "not_found" …: the name that logs and JSON errors carry.
std::string errc_name(Errc code);

}  // namespace tidemark

#define TM_CONCAT_INNER(a, b) a##b
#define TM_CONCAT(a, b) TM_CONCAT_INNER(a, b)

/// `TM_TRY(const auto value, call());` declares `value`, or returns call()'s error.
#define TM_TRY(declaration, expression)                                        \
  auto TM_CONCAT(tm_result_, __LINE__) = (expression);                         \
  if (!TM_CONCAT(tm_result_, __LINE__)) {                                      \
    return tl::unexpected(std::move(TM_CONCAT(tm_result_, __LINE__)).error()); \
  }                                                                            \
  declaration = *std::move(TM_CONCAT(tm_result_, __LINE__))

/// `TM_TRY_VOID(call());` returns call()'s error if there is one.
#define TM_TRY_VOID(expression)                                                    \
  do {                                                                             \
    auto tm_result_void = (expression);                                            \
    if (!tm_result_void) return tl::unexpected(std::move(tm_result_void).error()); \
  } while (false)
