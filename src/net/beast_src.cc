// The compiled halves of Boost.Asio and Boost.Beast (BOOST_*_SEPARATE_COMPILATION is set globally).
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
