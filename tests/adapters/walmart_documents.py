"""Orders as Walmart writes them, for tests that change one thing."""

ID = "200011419023224"
Json = dict[str, object]


def line(**changes: object) -> Json:
    return {
        "lineNumber": "1",
        "item": {"productName": "Garlic press, steel", "sku": "GP-1"},
        "charges": {
            "charge": [
                {
                    "chargeType": "PRODUCT",
                    "chargeName": "ItemPrice",
                    "chargeAmount": {"currency": "USD", "amount": 24.99},
                    "tax": {"taxName": "Tax1", "taxAmount": {"currency": "USD", "amount": 2.06}},
                    "taxAndOtherFees": {"taxName": "Tax1", "taxAmount": {"currency": "USD", "amount": 2.06}},
                },
                {
                    "chargeType": "PRODUCT",
                    "chargeName": "SubscriptionDiscount",
                    "chargeAmount": {"currency": "USD", "amount": -1.1},
                    "tax": None,
                },
                {
                    "chargeType": "SHIPPING",
                    "chargeName": "Shipping",
                    "chargeAmount": {"currency": "USD", "amount": 5.99},
                    "tax": None,
                },
            ]
        },
        "orderLineQuantity": {"unitOfMeasurement": "EACH", "amount": "1"},
        "statusDate": 1795337855623,
        "orderLineStatuses": {
            "orderLineStatus": [
                {
                    "status": "Acknowledged",
                    "statusQuantity": {"unitOfMeasurement": "EACH", "amount": "1"},
                    "trackingInfo": None,
                }
            ]
        },
        "refund": None,
        **changes,
    }


def purchase(*lines: object, **changes: object) -> Json:
    return {
        "purchaseOrderId": "108829272810783",
        "customerOrderId": ID,
        "customerEmailId": "3A31739D8B0A45A1B23F7F8C81C8747F@relay.walmart.com",
        "orderType": "REGULAR",
        "orderDate": 1795337855000,
        "shippingInfo": {
            "phone": "2175550143",
            "estimatedDeliveryDate": 1795900000000,
            "estimatedShipDate": 1795500000000,
            "methodCode": "Value",
            "postalAddress": {
                "name": "Maria Gonzalez",
                "address1": "1401 Elm St",
                "address2": None,
                "city": "Springfield",
                "state": "IL",
                "postalCode": "62701",
                "country": "USA",
            },
        },
        "orderLines": {"orderLine": list(lines) or [line()]},
        "shipNode": {"type": "SellerFulfilled"},
        **changes,
    }


def listed(*orders: object) -> Json:
    return {
        "list": {
            "meta": {"totalCount": len(orders), "limit": 100, "nextCursor": None},
            "elements": {"order": list(orders)},
        }
    }
