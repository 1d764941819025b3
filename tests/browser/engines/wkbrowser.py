#!/usr/bin/python3
"""A WebKitGTK browser with a profile of its own that WebKitWebDriver can drive.

Usage: wkbrowser.py [--private] [--proxy=http://HOST:PORT] PROFILE

MiniBrowser keeps nothing when it is automated, so it can't tell what survives
a crash. Needs Debian's python3-gi and gir1.2-webkit2-4.1, and a display.
"""
import argparse
import os

import gi

gi.require_version('Gtk', '3.0')
gi.require_version('WebKit2', '4.1')
from gi.repository import GLib, Gtk, WebKit2  # noqa: E402

# The web process still runs pagehide and hands its beacons to the network
# process when the last window is gone: ending at once lost 9 of 20.
LINGER_MS = 300

SIGINT = 2

windows = []


def open_context(profile, private, proxy):
    """The storage, cookies and cache below `profile`, open to automation."""
    if private:
        return ready(WebKit2.WebContext.new_ephemeral(), proxy)
    manager = WebKit2.WebsiteDataManager(
        base_data_directory=os.path.join(profile, 'data'),
        base_cache_directory=os.path.join(profile, 'cache'))
    context = WebKit2.WebContext(website_data_manager=manager)
    context.get_cookie_manager().set_persistent_storage(
        os.path.join(profile, 'cookies.sqlite'),
        WebKit2.CookiePersistentStorage.SQLITE)
    return ready(context, proxy)


def ready(context, proxy):
    """Gives a context its way to the network, and opens it to automation."""
    if proxy:
        context.get_website_data_manager().set_network_proxy_settings(
            WebKit2.NetworkProxyMode.CUSTOM,
            WebKit2.NetworkProxySettings.new(proxy, ['127.0.0.1', 'localhost']))
    context.set_automation_allowed(True)
    context.connect('automation-started', on_automation_started)
    return context


def on_automation_started(context, session):
    """Names the browser; without that the session doesn't come up."""
    info = WebKit2.ApplicationInfo()
    info.set_name('wkbrowser')
    info.set_version(1, 0, 0)
    session.set_application_info(info)
    session.connect('create-web-view', lambda _: new_view(context))


def new_view(context):
    """A window as WebDriver asks for it."""
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    settings = view.get_settings()
    settings.set_enable_page_cache(True)  # bfcache
    settings.set_javascript_can_open_windows_automatically(True)
    return show(view)


def show(view):
    """Puts a view in a window that closes when the page does."""
    window = Gtk.Window(default_width=1024, default_height=768)
    window.add(view)
    windows.append(window)
    window.connect('destroy', on_destroy)
    view.connect('close', lambda _: window.destroy())
    view.connect('create', lambda opener, _:
                 show(WebKit2.WebView.new_with_related_view(opener)))
    window.show_all()
    return view


def on_destroy(window):
    """The last window ends the browser, though not at once."""
    windows.remove(window)
    if not windows:
        GLib.timeout_add(LINGER_MS, Gtk.main_quit)


def on_interrupt():
    """Closes every window as a person does: the pages get their pagehide.

    SIGTERM, which MiniBrowser does not handle either, ends the process at once.
    """
    for window in list(windows):
        window.get_child().try_close()
    return GLib.SOURCE_CONTINUE


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('profile')
    parser.add_argument('--private', action='store_true')
    parser.add_argument('--proxy')
    args = parser.parse_args()
    _context = open_context(os.path.abspath(args.profile), args.private, args.proxy)
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, SIGINT, on_interrupt)
    Gtk.main()


main()
