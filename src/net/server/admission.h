#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>

namespace tidemark::net::server {

/// Counts open connections, in all and for each address. Thread-safe.
class Admission {
 public:
  Admission(std::size_t most, std::size_t most_per_ip) : most_(most), most_per_ip_(most_per_ip) {}

  /// False: the connection would be one too many. True: one leave(ip) is owed.
  /// `exempt`: the per-address limit does not count.
  [[nodiscard]] bool enter(const std::string& ip, bool exempt);
  void leave(const std::string& ip);

 private:
  const std::size_t most_;
  const std::size_t most_per_ip_;
  std::mutex mutex_;
  std::size_t open_ = 0;                      // guarded by mutex_
  std::map<std::string, std::size_t> by_ip_;  // guarded by mutex_
};

}  // namespace tidemark::net::server
