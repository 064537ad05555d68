#include <candela/audit/detail/blocking_database.hpp>

namespace candela::audit::detail {

blocking_database::blocking_database(const std::string& url, std::chrono::milliseconds patience) {
  settings_.url = url;
  settings_.readers = 1;
  settings_.query_timeout = patience;
  db::check_source(settings_);
}

blocking_database::~blocking_database() {
  if (source_ != nullptr) source_->shut_down();
  driver_.reset();
}

db::database blocking_database::data() {
  if (driver_ == nullptr) connect();
  return {*driver_, memory_};
}

void blocking_database::connect() {
  if (source_ == nullptr) source_ = db::make_source(settings_);
  worker_ = std::make_unique<net::worker>(0U);
  driver_ = source_->open(*worker_);
}

}  // namespace candela::audit::detail
