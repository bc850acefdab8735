#pragma once

namespace tidemark::web {

/// How a request ended, in a word for metrics: "ok", "refused" (the client's mistake), "overloaded"
/// (503: it may try again) or "failed".
constexpr const char* outcome_of(int status) {
  if (status < 400) return "ok";
  if (status < 500) return "refused";
  return status == 503 ? "overloaded" : "failed";
}

}  // namespace tidemark::web
