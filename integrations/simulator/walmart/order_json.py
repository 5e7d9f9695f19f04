"""Orders and returns as Walmart writes them in JSON: epoch milliseconds, quantities as strings, explicit nulls."""

from datetime import datetime
from decimal import Decimal

from integrations.simulator.walmart.orders import Line, Part, PurchaseOrder, ReturnOrder

Document = dict[str, object]
_PLACEHOLDER = "nocxemail@walmartone.com"


def order_document(order: PurchaseOrder, *, product_info: bool, replacement_info: bool) -> Document:
    """Write one order. `bare` orders carry null wherever real answers have been seen with one."""
    document: Document = {
        "purchaseOrderId": order.purchase_order_id,
        "customerOrderId": order.customer_order_id,
        "customerEmailId": order.relay_address if order.address_ready else _PLACEHOLDER,
        "orderDate": _milliseconds(order.ordered_at),
        "shippingInfo": {
            "phone": None if order.bare else order.person.phone,
            "estimatedDeliveryDate": None if order.bare else _milliseconds(order.estimated_delivery_date),
            "estimatedShipDate": None if order.bare else _milliseconds(order.estimated_ship_date),
            "methodCode": order.ship_method,
            "postalAddress": None if order.bare else _address(order),
        },
        "orderLines": {"orderLine": [_line(line, order, product_info=product_info) for line in order.lines]},
        "orderSummary": None,
        "pickupPersons": None,
        "shipNode": None if order.bare else {"type": order.ship_node, "name": "Main", "id": "1"},
    }
    if replacement_info:
        document["orderType"] = order.order_type
        document["originalCustomerOrderID"] = order.original_customer_order_id
    return document


def return_document(order: ReturnOrder) -> Document:
    line = order.line
    return {
        "returnOrderId": order.return_order_id,
        "customerEmailId": order.relay_address,
        "customerName": {"firstName": "Jane", "lastName": "Doe"},
        "customerOrderId": order.customer_order_id,
        "refundMode": "POST_DELIVERY",
        "returnOrderDate": order.opened_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "returnType": "REFUND",
        "replacementCustomerOrderId": None,
        "totalRefundAmount": {
            "currencyAmount": float(line.charged + line.tax),
            "currencyUnit": order.currency,
        },
        "returnLineGroups": [],
        "returnOrderLines": [
            {
                "returnOrderLineNumber": 1,
                "salesOrderLineNumber": int(line.number),
                "returnReason": order.reason,
                "purchaseOrderId": order.purchase_order_id,
                "item": {"sku": line.product.sku, "productName": line.product.name, "itemWeight": None},
                "quantity": {"unitOfMeasure": "EACH", "measurementValue": line.quantity},
                "status": order.status,
                "currentRefundStatus": order.refund_status,
                "currentDeliveryStatus": "NOT_SHIPPED",
                # Walmart's own examples use this word, which its own schema does not list.
                "refundCoveredBy": "SELLER_AUTO_REFUND" if order.refund_status else None,
            }
        ],
        "returnChannel": {"channelName": "ONLINE"},
    }


def _line(line: Line, order: PurchaseOrder, *, product_info: bool) -> Document:
    tax = {"taxName": "Tax1", "taxAmount": _amount(line.tax, order.currency)}
    charges: list[Document] = [
        {
            "chargeType": "PRODUCT",
            "chargeName": "ItemPrice",
            "chargeAmount": _amount(line.charged, order.currency),
            "tax": tax,
            "taxAndOtherFees": tax,
        }
    ]
    if line.shipping:
        charges.append(
            {
                "chargeType": "SHIPPING",
                "chargeName": "Shipping",
                "chargeAmount": _amount(line.shipping, order.currency),
                "tax": None,
                "taxAndOtherFees": None,
            }
        )
    return {
        "lineNumber": line.number,
        "item": {
            "productName": line.product.name,
            "sku": line.product.sku,
            "condition": "New",
            "imageUrl": f"https://i5.walmartimages.example/{line.product.item_id}.jpeg" if product_info else None,
            "weight": {"value": "1", "unit": "POUND"} if product_info else None,
        },
        "charges": {"charge": charges},
        "orderLineQuantity": {"unitOfMeasurement": "EACH", "amount": str(line.quantity)},
        "statusDate": _milliseconds(order.ordered_at),
        "orderLineStatuses": {"orderLineStatus": [_part(part, order) for part in line.parts]},
        "returnOrderId": None,
        "refund": None,
        "fulfillment": None
        if order.bare
        else {"fulfillmentOption": "S2H", "shipMethod": "VALUE", "storeId": None, "pickUpDateTime": None},
        "intentToCancel": "true" if line.intent_to_cancel else None,
        "configId": None,
        "serialNumbers": None,
    }


def _part(part: Part, order: PurchaseOrder) -> Document:
    tracking = part.tracking
    return {
        "status": part.status,
        "statusQuantity": {"unitOfMeasurement": "EACH", "amount": str(part.quantity)},
        "cancellationReason": part.cancellation_reason,
        "trackingInfo": None
        if tracking is None
        else {
            "shipDateTime": _milliseconds(tracking.shipped_at),
            "carrierName": {"otherCarrier": None, "carrier": tracking.carrier},
            "methodCode": order.ship_method,
            "trackingNumber": tracking.number,
            "trackingURL": f"https://www.walmart.com/tracking?tracking_id={tracking.number}",
        },
        "returnCenterAddress": None,
    }


def _address(order: PurchaseOrder) -> Document:
    person = order.person
    return {
        "name": person.name,
        "address1": person.address1,
        "address2": person.address2,
        "city": person.city,
        "state": person.state,
        "postalCode": person.postal_code,
        "country": person.country,
        "addressType": "RESIDENTIAL",
    }


def _amount(amount: Decimal, currency: str) -> Document:
    return {"currency": currency, "amount": float(amount)}


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
