#include "net/server/admission.h"

#include "base/assert.h"

namespace tidemark::net::server {

bool Admission::enter(const std::string& ip, bool exempt) {
  const std::lock_guard lock(mutex_);
  if (open_ >= most_) return false;
  const auto found = by_ip_.find(ip);
  if (!exempt && found != by_ip_.end() && found->second >= most_per_ip_) return false;
  if (!exempt && most_per_ip_ == 0) return false;
  ++open_;
  ++by_ip_[ip];
  return true;
}

void Admission::leave(const std::string& ip) {
  const std::lock_guard lock(mutex_);
  const auto found = by_ip_.find(ip);
  TM_ASSERT(open_ > 0 && found != by_ip_.end());
  --open_;
  if (--found->second == 0) by_ip_.erase(found);
}

}  // namespace tidemark::net::server
