use std::net::IpAddr;

use super::*;
use crate::clock::{ManualClock, Timestamp};

fn limits(rates: &Rates) -> (Limits, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_000_000)));
    (Limits::new(rates, clock.clone()), clock)
}

fn from(address: &str) -> Caller {
    Caller { address: Some(address.parse::<IpAddr>().unwrap()), is_here: false }
}

fn account(number: u8) -> AccountId {
    [number; 16].into()
}

const TIGHT: Option<Rate> = Some(Rate { most: 3, seconds: 30 });

/// How often `caller` may do it before the limit.
fn allowed(limits: &Limits, action: Action, caller: &Caller, account: Option<AccountId>) -> usize {
    (0..100_000).take_while(|_| limits.check(action, caller, account, drop).is_ok()).count()
}

#[test]
fn a_budget_is_used_up_and_fills_up_evenly() {
    let (limits, clock) = limits(&Rates::PRODUCTION.with(Action::Post, TIGHT, None));
    let (caller, ana) = (from("203.0.113.7"), Some(account(1)));
    let mut standings = Vec::new();
    for _ in 0..4 {
        let _ = limits
            .check(Action::Post, &caller, ana, |standing| standings.push((standing.left, standing.reset.as_secs())));
    }
    assert_eq!(standings, [(2, 10), (1, 20), (0, 30), (0, 10)]);
    let error = limits.check(Action::Post, &caller, ana, drop).unwrap_err();
    assert_eq!((error.code, error.retry_after()), (Code::RateLimited, Some(10)));
    clock.advance(Duration::from_secs(10));
    assert_eq!(allowed(&limits, Action::Post, &caller, ana), 1);
    clock.advance(Duration::from_secs(300));
    assert_eq!(allowed(&limits, Action::Post, &caller, ana), 3);
    assert_eq!(allowed(&limits, Action::Post, &caller, Some(account(2))), 3, "another account");
}

#[test]
fn addresses_count_by_network() {
    let (limits, _) = limits(&Rates::PRODUCTION.with(Action::LogIn, None, TIGHT));
    assert_eq!(allowed(&limits, Action::LogIn, &from("2001:db8::1"), None), 3);
    assert_eq!(allowed(&limits, Action::LogIn, &from("2001:db8::ffff:1"), None), 0);
    assert_eq!(allowed(&limits, Action::LogIn, &from("2001:db8:0:1::1"), None), 3);
    assert_eq!(allowed(&limits, Action::LogIn, &from("203.0.113.7"), None), 3);
    assert_eq!(allowed(&limits, Action::LogIn, &from("::ffff:203.0.113.7"), None), 0);
    assert_eq!(allowed(&limits, Action::LogIn, &from("203.0.113.8"), None), 3);
}

#[test]
fn the_servers_own_machine_is_limited_by_account_alone_and_a_hundredfold() {
    let (limits, _) = limits(&Rates::PRODUCTION.with(Action::Post, TIGHT, TIGHT));
    let here = Caller { address: Some(IpAddr::from([127, 0, 0, 1])), is_here: true };
    assert_eq!(allowed(&limits, Action::Post, &here, Some(account(1))), 300);
    assert_eq!(allowed(&limits, Action::Post, &here, None), 100_000);
    let by_proxy = Caller { is_here: false, ..here };
    assert_eq!(allowed(&limits, Action::Post, &by_proxy, Some(account(1))), 3);
}

#[test]
fn what_many_addresses_leave_behind_is_bounded() {
    let (mut limits, _) = limits(&Rates::PRODUCTION);
    for number in 0..120_000_u128 {
        let address = IpAddr::from(std::net::Ipv6Addr::from(0x2001_0db8 << 96 | number << 64));
        limits.check(Action::LogIn, &Caller { address: Some(address), is_here: false }, None, drop).unwrap();
    }
    let limit = limits.rows.swap_remove(Action::LogIn as usize).address.unwrap();
    let Cells::Own(cells) = limit.limiter.into_state_store() else { panic!("by keys") };
    cells.run_pending_tasks();
    assert!(cells.entry_count() <= 50_000, "{}", cells.entry_count());
}

#[test]
fn each_action_has_its_row() {
    for (place, action) in Action::ALL.iter().enumerate() {
        assert_eq!(Rates::PRODUCTION.0[place].0, *action);
    }
}
